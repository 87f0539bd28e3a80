import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Database } from '#platform/database';
import { Projector } from '#platform/projector';
import type { StandingExtension } from './obligation-board.view.js';

/** A row of a promulgated plan as rules see it: `due` is its first due date, recorded at the position `at`. */
export type RowFacts = {
  readonly plan: string;
  readonly due: string | null;
  readonly at: string;
  readonly periods: readonly number[];
  readonly extensions: readonly StandingExtension[];
};

/** An obligation as rules see it. */
export type OwedFacts = RowFacts & { readonly task: string; readonly unit: string };

const VIEW = 'obligation-board';

/** Asks who owes what. What is not there yet is waited for: a plan may have been promulgated a moment ago. */
@Injectable()
export class ObligationBoardQuery {
  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
  ) {}

  /** The obligation of that id in a promulgated plan. */
  async obligation(id: string): Promise<OwedFacts | undefined> {
    return this.found<OwedFacts>({
      name: 'obligation-facts',
      text: `select o.task, o.unit, r.plan, r.due, r.at, r.periods, r.extensions
             from view_obligation_board.owed o join view_obligation_board.row r on r.task = o.task
             where o.obligation = $1`,
      values: [id],
    });
  }

  /** The row of that id in a promulgated plan. */
  async row(task: string): Promise<RowFacts | undefined> {
    return this.found<RowFacts>({
      name: 'row-facts',
      text: 'select plan, due, at, periods, extensions from view_obligation_board.row where task = $1',
      values: [task],
    });
  }

  private async found<Facts extends object>(question: pg.QueryConfig): Promise<Facts | undefined> {
    const { rows } = await this.database.pool.query<Facts>(question);
    if (rows[0] || !(await this.projector.caughtUp([VIEW]))) return rows[0];
    return (await this.database.pool.query<Facts>(question)).rows[0];
  }
}
