import { dayOfInstant, type Day } from '#kernel';

/** The time as the product knows it: an instant (ISO, UTC) and the calendar day of Asia/Ho_Chi_Minh. */
export abstract class Clock {
  abstract now(): string;
  /** Now as milliseconds since 1970. */
  milliseconds(): number {
    return new Date(this.now()).getTime();
  }
  today(): Day {
    return dayOfInstant(this.now());
  }
}

/** The machine's clock. */
export class SystemClock extends Clock {
  private millisecond = 0;
  private instant = '';
  private day: Day | undefined;

  override now(): string {
    const now = Date.now();
    // Under load it is asked many times within one.
    if (now !== this.millisecond) {
      this.millisecond = now;
      this.day = undefined;
      this.instant = new Date(now).toISOString();
    }
    return this.instant;
  }

  override milliseconds(): number {
    return Date.now();
  }

  override today(): Day {
    const now = this.now();
    return (this.day ??= dayOfInstant(now));
  }
}

/**
 * The stored clock of a demonstration: ticks while the product runs, stands still while it does not, and can be set
 * forward by the loader. It never goes back.
 */
export class DemonstrationClock extends Clock {
  private started = performance.now();

  constructor(private base: number) {
    super();
  }

  override now(): string {
    return new Date(this.base + Math.floor(performance.now() - this.started)).toISOString();
  }

  /** Goes on from that instant; an earlier one than now is ignored. */
  setForward(instant: string): void {
    const wanted = new Date(instant).getTime();
    if (wanted <= this.milliseconds()) return;
    this.base = wanted;
    this.started = performance.now();
  }
}
