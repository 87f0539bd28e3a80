import { Injectable } from '@nestjs/common';
import { isDay, refusal, type Day, type Document } from '#kernel';
import { Database } from '#platform/database';
import { keyOf, pageOf, type Page } from '#platform/http';
import type { UnitChange } from './organization.events.js';
import type { Passage } from './reorganisations.view.js';

/** A document that reorganised, as it was recorded. */
export type ReorganisationItem = {
  readonly id: string;
  readonly on: Day;
  readonly decided: Day;
  readonly document: Document;
  readonly changes: readonly UnitChange[];
  readonly recorded: string;
  readonly actor: string;
};

/** A unit from which work came, or to which it went; `distance` counts the steps between. */
export type Kin = {
  readonly unit: string;
  readonly on: Day;
  readonly by: Passage;
  readonly function: string | null;
  readonly reorganisation: string | null;
  readonly document: Document | null;
  readonly distance: number;
};

type Edge = Omit<Kin, 'unit' | 'distance'> & { readonly from: string; readonly to: string };

const COLUMNS = 'reorganisation as id, "on", decided, document, changes, recorded, actor';

/** Asks for reorganisations and for the lineage of units. */
@Injectable()
export class ReorganisationQuery {
  constructor(private readonly database: Database) {}

  /** A page of reorganisations, those that operate latest first. */
  async page(asked: {
    readonly cursor?: string | undefined;
    readonly limit: number;
  }): Promise<Page<ReorganisationItem>> {
    const [on, id] = keyOf(asked.cursor, 2) ?? [];
    if (on !== undefined && !isDay(on)) throw refusal('invalid', 'request.bad-cursor');
    const { rows } = await this.database.pool.query<ReorganisationItem>(
      `select ${COLUMNS} from view_reorganisations.reorganisation
       where $1::date is null or ("on", reorganisation::text) < ($1::date, $2::text)
       order by "on" desc, reorganisation::text desc limit $3`,
      [on ?? null, id ?? null, asked.limit + 1],
    );
    return pageOf(rows, asked.limit, (item) => [item.on, item.id]);
  }

  /** One reorganisation; undefined when there is none of that id. */
  async find(id: string): Promise<ReorganisationItem | undefined> {
    const { rows } = await this.database.pool.query<ReorganisationItem>(
      `select ${COLUMNS} from view_reorganisations.reorganisation where reorganisation = $1`,
      [id],
    );
    return rows[0];
  }

  /** The units whose work came to a unit, from step to step; functions that moved are told of the unit itself only. */
  predecessors(unit: string): Promise<readonly Kin[]> {
    return this.kin(unit, 'to', 'from');
  }

  /** The units to which the work of a unit went, likewise. */
  successors(unit: string): Promise<readonly Kin[]> {
    return this.kin(unit, 'from', 'to');
  }

  private async kin(unit: string, near: 'from' | 'to', far: 'from' | 'to'): Promise<readonly Kin[]> {
    const found: Kin[] = [];
    const seen = new Set([unit]);
    let step = [unit];
    for (let distance = 1; step.length > 0; distance += 1) {
      const { rows } = await this.database.pool.query<Edge>(
        `select "from", "to", "on", by, function, reorganisation, document from view_reorganisations.kinship
         where "${near}" = any($1) and ($2 or by <> 'move-function') order by "on", since, place`,
        [step, distance === 1],
      );
      step = [];
      for (const edge of rows) {
        const { from, to, ...how } = edge;
        const other = far === 'from' ? from : to;
        if (seen.has(other) && how.by !== 'move-function') continue;
        found.push({ unit: other, ...how, distance });
        if (how.by === 'move-function') continue;
        seen.add(other);
        step.push(other);
      }
    }
    return found;
  }
}
