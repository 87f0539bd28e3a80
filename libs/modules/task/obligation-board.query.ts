import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { StandingExtension } from './obligation-board.view.js';

/** A row of a promulgated plan as rules see it. */
export type RowFacts = {
  readonly plan: string;
  readonly due: string | null;
  readonly effect: string;
  readonly recorded: string;
  readonly periods: readonly number[];
  readonly extensions: readonly StandingExtension[];
};

/** An obligation as rules see it. */
export type OwedFacts = RowFacts & { readonly task: string; readonly unit: string };

/** Original due dates count from the beginning. */
const ALWAYS = '0001-01-01';

/** The due date that a row had at promulgation. */
export const originalOf = (row: RowFacts): { due: string | null; effect: string; recorded: string } => ({
  due: row.due,
  effect: ALWAYS,
  recorded: row.recorded,
});

/** Asks who owes what. */
@Injectable()
export class ObligationBoardQuery {
  constructor(private readonly database: Database) {}

  /** The obligation of that id in a promulgated plan. */
  async obligation(id: string): Promise<OwedFacts | undefined> {
    const { rows } = await this.database.pool.query<OwedFacts>({
      name: 'obligation-facts',
      text: `select o.task, o.unit, r.plan, r.due, r.effect, r.recorded, r.periods, r.extensions
             from view_obligation_board.owed o join view_obligation_board.row r on r.task = o.task
             where o.obligation = $1`,
      values: [id],
    });
    return rows[0];
  }

  /** The row of that id in a promulgated plan. */
  async row(task: string): Promise<RowFacts | undefined> {
    const { rows } = await this.database.pool.query<RowFacts>(
      `select plan, due, effect, recorded, periods, extensions from view_obligation_board.row where task = $1`,
      [task],
    );
    return rows[0];
  }
}
