import { startOf, type Day } from '#kernel';
import { Clock } from '#platform/clock';

/** A clock that stands where a test has put it. */
export class TestClock extends Clock {
  constructor(private instant = '2026-06-15T02:00:00.000Z') {
    super();
  }

  override now(): string {
    return this.instant;
  }

  /** Ten in the morning of a day, or an instant. */
  set(to: Day): void {
    this.instant = to.length > 10 ? to : new Date(new Date(startOf(to)).getTime() + 10 * 3_600_000).toISOString();
  }
}
