import { Injectable } from '@nestjs/common';
import { fieldsOf, PlanQuery } from '#modules/plan';
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
  constructor(
    private readonly progress: ProgressQuery,
    private readonly plans: PlanQuery,
  ) {}

  /** A row by its id: as the annex says on D, else as it said last. */
  async of(plan: PlanFacts, clocks: Clocks): Promise<(task: string) => LedgerRow> {
    const fields = new Map(fieldsOf(plan.fieldSet).map(({ code, name }) => [code, name]));
    const [rows, annex] = await Promise.all([this.progress.rows(plan.id, clocks), this.plans.allRows(plan.id)]);
    const named = (id: string, code: string, title: string, field: string): LedgerRow => ({
      id,
      code,
      title,
      field: { code: field, name: fields.get(field) ?? field },
    });
    const known = new Map(
      annex.map(({ row, content: { code, title, field } }) => [row, named(row, code, title, field)] as const),
    );
    for (const { task, code, title, field } of rows) known.set(task, named(task, code, title, field));
    return (task) => known.get(task) ?? named(task, '', '', '');
  }
}
