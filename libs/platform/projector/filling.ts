import type { Database } from '#platform/database';
import { type EventStore, isBehind, type StoredEvent, type Upcasting } from '#platform/event-store';
import { all, type Generation, isFaultOfData, PoisonedEvent } from './generation.js';
import { type ReadEvent, readEvents } from './read-event.js';

/** So many events are read together. */
const TOGETHER = 500;

/**
 * Next generations of views that are filled beside the live ones, with one reading of the log; made anew, they nearly
 * always take all of it in bulk. Those that cannot are made once more and led through each event alone.
 */
export class Filling {
  /** Where each generation is. */
  private readonly reached = new Map<Generation, string>();
  /** The events that generations cannot take. */
  readonly poisons = new Map<Generation, PoisonedEvent>();

  constructor(
    private readonly store: EventStore,
    private readonly database: Database,
    private readonly upcasting: Upcasting,
    private readonly progress: (done: bigint, all: bigint) => void,
    /** Told when a view cannot be filled in bulk. */
    private readonly slower: (view: string, why: string) => void,
  ) {}

  /** Makes the tables and fills them with all that the log holds by now. */
  async begin(generations: readonly Generation[]): Promise<void> {
    const { pool, url } = this.database;
    await this.make(generations);
    const ailing = new Set<Generation>();
    const fill = async (next: Generation, work: () => Promise<void>): Promise<void> => {
      if (ailing.has(next)) return;
      try {
        await work();
      } catch (error) {
        if (!isFaultOfData(error)) throw error;
        ailing.add(next);
        this.slower(next.view.name, error instanceof Error ? error.message : String(error));
        await next.abandon();
      }
    };
    try {
      const heardOf = hearing(generations);
      const to = await this.read('0', (batch) =>
        all([...heardOf(batch)].map(([next, heard]) => fill(next, () => next.add(url, heard)))),
      );
      const show = (next: Generation): Promise<void> =>
        fill(next, async () => {
          await next.show(pool, url, to);
          this.reached.set(next, to);
        });
      // What derives takes longest; beside it PostgreSQL makes the indexes of the others, of one after the other.
      const isFirst = ({ view }: Generation): boolean => view.derived !== undefined;
      const others = async (): Promise<void> => {
        for (const next of generations) if (!isFirst(next)) await show(next);
      };
      await all([...generations.filter(isFirst).map(show), others()]);
    } finally {
      await Promise.all(generations.map((next) => next.abandon()));
    }
    if (ailing.size === 0) return;
    await this.make([...ailing]);
    await this.catchUp([...ailing]);
  }

  /** Adds what the log holds beyond that by now. */
  async catchUp(generations: readonly Generation[]): Promise<void> {
    const well = generations.filter((next) => !this.poisons.has(next));
    const from = well.map((next) => this.at(next)).reduce((a, b) => (isBehind(a, b) ? a : b), this.at(well[0]));
    await this.read(from, (batch, to) => Promise.all(well.map((next) => this.apply(next, batch, to))));
  }

  private async apply(next: Generation, batch: readonly ReadEvent[], to: string): Promise<void> {
    const from = this.at(next);
    if (this.poisons.has(next) || !isBehind(from, to)) return;
    try {
      const [first] = batch;
      const isFresh = ({ at }: ReadEvent): boolean => isBehind(from, at);
      const fresh = first && isFresh(first) ? batch : batch.filter(isFresh);
      await next.apply(this.database.pool, fresh, from, to);
      this.reached.set(next, to);
    } catch (error) {
      if (!(error instanceof PoisonedEvent)) throw error;
      this.poisons.set(next, error);
    }
  }

  private at(next: Generation | undefined): string {
    return (next && this.reached.get(next)) ?? '0';
  }

  /** Makes empty tables. */
  private async make(generations: readonly Generation[]): Promise<void> {
    const log = await this.store.logId();
    await Promise.all(generations.map((next) => next.make(this.database.pool, log)));
    for (const next of generations) this.reached.set(next, '0');
  }

  /** Hands on what lies behind a position, each batch while the next one is being fetched; answers how far it came. */
  private async read(
    from: string,
    take: (batch: readonly ReadEvent[], to: string) => Promise<unknown>,
  ): Promise<string> {
    const end = await this.store.end();
    let to = from;
    let taking = Promise.resolve<unknown>(undefined);
    try {
      for await (const events of this.store.readAll(from === '0' ? undefined : this.store.positionOf(from), TOGETHER)) {
        await taking;
        const batch = readEvents(events, this.store, this.upcasting);
        to = this.store.order((events.at(-1) as StoredEvent).position);
        taking = take(batch, to);
        taking.catch(() => undefined);
        if (end !== undefined) this.progress(BigInt(to), BigInt(this.store.order(end)));
      }
    } finally {
      await taking.catch(() => undefined);
    }
    await taking;
    return to;
  }
}

/** Sorts events by the generations that hear them; of eleven views one or two hear most events. */
const hearing = (
  generations: readonly Generation[],
): ((batch: readonly ReadEvent[]) => ReadonlyMap<Generation, readonly ReadEvent[]>) => {
  const hearers = new Map<string, readonly Generation[]>();
  return (batch) => {
    const heard = new Map<Generation, ReadEvent[]>();
    for (const event of batch) {
      let those = hearers.get(event.type);
      if (!those) hearers.set(event.type, (those = generations.filter((next) => next.hears(event))));
      for (const next of those) {
        const events = heard.get(next);
        if (events) events.push(event);
        else heard.set(next, [event]);
      }
    }
    return heard;
  };
};
