import { Injectable } from '@nestjs/common';
import { Database, Together } from '#platform/database';
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
  private readonly together = new Together<string, OwedFacts | undefined>((ids) => this.obligations(ids));

  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
  ) {}

  /** The obligation of that id in a promulgated plan. */
  async obligation(id: string): Promise<OwedFacts | undefined> {
    return (await this.together.of(id)) ?? ((await this.isBehind()) ? (await this.obligations([id]))[0] : undefined);
  }

  /** The row of that id in a promulgated plan. */
  async row(task: string): Promise<RowFacts | undefined> {
    const ask = async (): Promise<RowFacts | undefined> => {
      const { rows } = await this.database.pool.query<RowFacts>({
        name: 'row-facts',
        text: 'select plan, due, at, periods, extensions from view_obligation_board.row where task = $1',
        values: [task],
      });
      return rows[0];
    };
    return (await ask()) ?? ((await this.isBehind()) ? ask() : undefined);
  }

  private async obligations(ids: readonly string[]): Promise<readonly (OwedFacts | undefined)[]> {
    const { rows } = await this.database.pool.query<OwedFacts & { readonly obligation: string }>({
      name: 'obligation-facts',
      text: `select o.obligation, o.task, o.unit, r.plan, r.due, r.at, r.periods, r.extensions
             from view_obligation_board.owed o join view_obligation_board.row r on r.task = o.task
             where o.obligation = any($1)`,
      values: [ids],
    });
    const found = new Map(rows.map(({ obligation, ...facts }) => [obligation, facts]));
    return ids.map((id) => found.get(id));
  }

  /** True when what was not found may be there by now: the board has come along meanwhile. */
  private isBehind(): Promise<boolean> {
    return this.projector.caughtUp([VIEW]);
  }
}
