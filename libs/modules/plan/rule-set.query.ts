import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { RowContent } from './plan.events.js';
import { FACTS } from './plan.query.js';

/** A row of a plan's annex as it was last written, and the day from which it stands there. */
export type RereadItem = {
  readonly row: string;
  readonly ordinal: number;
  readonly content: RowContent;
  /** Null for a row that an amendment did not add. */
  readonly addedOn: string | null;
};

/** Asks what a rule set would be held against. */
@Injectable()
export class RuleSetQuery {
  constructor(private readonly database: Database) {}

  /** The rows of a plan in order. */
  async rows(plan: string): Promise<readonly RereadItem[]> {
    const { rows } = await this.database.pool.query<RereadItem>(
      `select r.row, r.content, (row_number() over (order by r.rank))::int as ordinal,
         case when first."on" > p.effect then first."on" end as "addedOn"
       from view_plans.annex_row r
       join view_plans.plan p on p.plan = r.plan
       left join lateral (
         select v."on" from ${FACTS} v
         where v.row = r.row and v.promulgation = p.promulgations order by v.since limit 1) first on true
       where r.plan = $1 order by r.rank`,
      [plan],
    );
    return rows;
  }
}
