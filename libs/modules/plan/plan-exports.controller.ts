import { Injectable } from '@nestjs/common';
import { refusal } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { Clock } from '#platform/clock';
import { writeAnnex, type AnnexFormat } from './annex-export.format.js';
import { fieldsOf, namesOfRows } from './annex-preview.format.js';
import { PlanQuery, type AnnexItem, type PlanItem } from './plan.query.js';

/** A file that goes out, and the name under which it is saved. */
export type OutgoingFile = { readonly name: string; readonly bytes: Buffer; readonly rows: number };

/** Writes annexes in the form in which they are promulgated. */
@Injectable()
export class PlanExports {
  constructor(
    private readonly plans: PlanQuery,
    private readonly organization: OrganizationQuery,
    private readonly clock: Clock,
  ) {}

  /**
   * The annex of a plan as a file: a draft as it stands, a promulgated plan as it is on a day; without one as it was
   * last written, amendments that take effect later included. It holds everything that was recorded before.
   */
  async write(idOrCodeOrYear: string, format: AnnexFormat, on?: string): Promise<OutgoingFile> {
    await this.plans.caughtUp();
    const plan = await this.plans.find(idOrCodeOrYear);
    const rows = await this.rowsOf(plan, on);
    const [names, parentRows] = await Promise.all([
      this.organization.unitNames([plan.unit]),
      plan.parent === null ? [] : this.plans.rowNames(plan.parent),
    ]);
    const bytes = await writeAnnex(
      {
        title: plan.title,
        unit: names.get(plan.unit) ?? '',
        document: plan.document,
        fields: fieldsOf(plan.fieldSet),
        rows,
        parentRows: namesOfRows(parentRows),
        made: this.clock.now(),
      },
      format,
    );
    return { name: `Phụ lục - ${plan.title}.${format}`, bytes, rows: rows.length };
  }

  private async rowsOf(plan: PlanItem, on: string | undefined): Promise<readonly AnnexItem[]> {
    if (on === undefined || plan.status === 'draft') return this.plans.allRows(plan.id);
    const rows = await this.plans.rowsOn(plan.id, on);
    if (rows.length === 0) throw refusal('conflict', 'plan.not-in-force', { on });
    return rows;
  }
}
