import { Injectable } from '@nestjs/common';
import type { JsonObject } from '#kernel';
import { EventStore, Upcasting } from '#platform/event-store';

/** Who recorded an entry, when, and in which words. */
type Said = { readonly recorded: string; readonly actor: string; readonly data: JsonObject };

/** What the view holds of an entry: of its words those of an event that says something of several. */
export type Held<Row = { readonly at: string }> = Omit<Row, keyof Said> & { readonly data: JsonObject | null };

/** Reads in the log what entries say. */
@Injectable()
export class SaidQuery {
  constructor(
    private readonly store: EventStore,
    private readonly upcasting: Upcasting,
  ) {}

  /** Entries with what was said, in the same order. */
  async filled<Row extends Held>(rows: readonly Row[]): Promise<readonly (Omit<Row, 'data'> & Said)[]> {
    const positions = [...new Set(rows.map(({ at }) => at))].map((at) => this.store.positionOf(at));
    const events = new Map(
      (await this.store.at(positions)).map((event) => [this.store.order(event.position), event] as const),
    );
    return rows.map((row) => {
      const event = events.get(row.at);
      if (!event) throw new Error(`the log holds no event at ${row.at}`);
      const { recorded, actor } = event;
      return { ...row, recorded, actor, data: row.data ?? this.upcasting.current(event).data };
    });
  }
}
