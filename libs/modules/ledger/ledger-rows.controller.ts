import { Injectable } from '@nestjs/common';
import { fieldsOf } from '#modules/plan';
import { ProgressQuery, type Clocks, type PlanFacts } from '#modules/progress';

export type Named = { readonly id: string; readonly name: string };

/** A row as ledgers name it. */
export type LedgerRow = {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  readonly field: { readonly code: string; readonly name: string };
};

/** Names the rows of a plan, also those that have left it. */
@Injectable()
export class LedgerRows {
  constructor(private readonly progress: ProgressQuery) {}

  /** A row by its id: as the annex says on D, else as it said last. */
  async of(plan: PlanFacts, clocks: Clocks): Promise<(task: string) => LedgerRow> {
    const fields = new Map(fieldsOf(plan.fieldSet).map(({ code, name }) => [code, name]));
    const named = (id: string, code: string, title: string, field: string): LedgerRow => ({
      id,
      code,
      title,
      field: { code: field, name: fields.get(field) ?? field },
    });
    const rows = await this.progress.everSaid(plan.id, clocks);
    const known = new Map(rows.map(({ task, code, title, field }) => [task, named(task, code, title, field)]));
    return (task) => known.get(task) ?? named(task, '', '', '');
  }
}
