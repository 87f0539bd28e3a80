import { refusal } from '#kernel';
import { DemonstrationClock } from '#platform/clock';
import type { Database } from '#platform/database';

/** Where the year begins: before the plan, when the units are brought in. */
export const BEGINNING = '2025-12-01T01:00:00.000Z';
/** The Friday on which the loaded demonstration opens, 08:00 in Asia/Ho_Chi_Minh. */
export const OPENING = '2026-12-18T01:00:00.000Z';

/** The clock of a demonstration, kept in its own database: it ticks while the product runs and stands still else. */
export class StoredClock {
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly database: Database,
    readonly clock: DemonstrationClock,
    public loaded: boolean,
  ) {
    this.timer = setInterval(() => void this.keep().catch(() => undefined), 5000);
    this.timer.unref();
  }

  /**
   * Opens the clock. A database becomes a demonstration only while it is empty: in no other one the log accepts a set
   * clock.
   */
  static async open(database: Database): Promise<StoredClock> {
    const known = await database.pool.query<{ now: string; loaded: boolean; recorded: string | null }>(
      `select d.now, d.loaded, (select e.recorded from log.events e order by e.position desc limit 1) as recorded
         from demonstration d`,
    );
    let row = known.rows[0];
    if (!row) {
      const { rows } = await database.pool.query<{ used: boolean }>(
        'select exists (select from log.events) or exists (select from account) as used',
      );
      if (rows[0]?.used) throw refusal('conflict', 'demonstration.database-in-use');
      await database.pool.query('update log.head set demonstration = true');
      await database.pool.query('insert into demonstration (now) values ($1)', [BEGINNING]);
      row = { now: BEGINNING, loaded: false, recorded: null };
    }
    const last = row.recorded === null || row.recorded < row.now ? row.now : row.recorded;
    return new StoredClock(database, new DemonstrationClock(new Date(last).getTime()), row.loaded);
  }

  /** Remembers that the year is loaded: the clock stands at the opening and ticks from there. */
  async finish(): Promise<void> {
    this.clock.setForward(OPENING);
    await this.database.pool.query('update demonstration set now = $1, loaded = true', [this.clock.now()]);
    this.loaded = true;
  }

  /** Writes down the time. */
  async keep(): Promise<void> {
    await this.database.pool.query('update demonstration set now = greatest(now, $1)', [this.clock.now()]);
  }

  /** Stops ticking. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.keep().catch(() => undefined);
  }
}
