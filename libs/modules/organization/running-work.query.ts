import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { Clock } from '#platform/clock';

/** Something that a unit has not finished: what it is, what it belongs to, and by when it is due. */
export type RunningItem = {
  readonly kind: 'obligation';
  readonly id: string;
  readonly unit: string;
  readonly title: string;
  readonly of: { readonly id: string; readonly code: string };
  readonly due: Day | null;
};

/** Tells what some units have not finished on a day. */
export type RunningSource = (units: readonly string[], on: Day) => Promise<readonly RunningItem[]>;

/**
 * What runs at units. Units know nothing of plans; modules that give units work say here how to find it, so that who
 * ends a unit sees what it leaves behind.
 */
@Injectable()
export class RunningWork {
  private readonly sources: RunningSource[] = [];

  constructor(private readonly clock: Clock) {}

  /** Adds a module's answer. */
  tell(source: RunningSource): void {
    this.sources.push(source);
  }

  /** What some units have not finished on a day that lies ahead, by unit; today, where the day is past. */
  async of(units: readonly string[], on: Day): Promise<ReadonlyMap<string, readonly RunningItem[]>> {
    const today = this.clock.today();
    const day = on < today ? today : on;
    const items = (await Promise.all(this.sources.map((source) => source(units, day)))).flat();
    return new Map(units.map((unit) => [unit, items.filter((item) => item.unit === unit)]));
  }
}
