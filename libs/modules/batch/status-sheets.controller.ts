import { Injectable } from '@nestjs/common';
import { dayInWords, dayOfInstant, refusal } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { fieldsOf } from '#modules/plan';
import { periodName, ProgressQuery } from '#modules/progress';
import { Clock } from '#platform/clock';
import { Projector } from '#platform/projector';
import { wordFor } from './status-line.format.js';
import { StatusLines, type StatusLine } from './status-lines.controller.js';
import { ACCEPTED, writeStatusSheet, type WrittenStatus } from './status-sheet.format.js';

/** What a state of a period is called in the table. */
const STATES: Readonly<Record<StatusLine['state'], string>> = {
  accepted: ACCEPTED,
  waiting: 'Chờ nghiệm thu',
  returned: 'Bị trả lại',
  'in-progress': 'Đang thực hiện',
  nothing: 'Chưa có báo cáo',
};

/** A moment as it is read in Vietnam. */
const momentInWords = (instant: string): string => {
  const there = new Date(new Date(instant).getTime() + 7 * 3_600_000).toISOString();
  return `${there.slice(11, 16)} ngày ${dayInWords(dayOfInstant(instant))}`;
};

const cellsOf = ({ said, state }: StatusLine): WrittenStatus['cells'] => ({
  assessment: said?.assessment ?? wordFor(said),
  percent: said?.percent ?? null,
  account: said?.account ?? '',
  evidence: said?.pieces.join(';\n') ?? '',
  workDay: said ? dayInWords(said.on) : '',
  accept: state === 'accepted' ? 'x' : '',
});

/** Status tables to be filled in: of a whole plan or of one unit, as it stood on a day. */
@Injectable()
export class StatusSheets {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly lines: StatusLines,
    private readonly organization: OrganizationQuery,
    private readonly projector: Projector,
    private readonly clock: Clock,
  ) {}

  /** The table as a workbook, and the name under which it is saved. */
  async write(
    idOrCode: string,
    asked: { readonly unit?: string | undefined; readonly on?: string | undefined },
  ): Promise<{ readonly name: string; readonly bytes: Buffer; readonly lines: number }> {
    const plan = await this.progress.plan(idOrCode);
    const clocks = await this.progress.clocks({ on: asked.on });
    const position = await this.position();
    const unit = asked.unit === undefined ? undefined : await this.organization.unit(asked.unit);
    if (asked.unit !== undefined && !unit) throw refusal('absent', 'organization.unit-absent');
    const { lines } = await this.lines.lines(plan.id, clocks, unit?.id);
    const fields = new Map(fieldsOf(plan.fieldSet).map((field) => [field.code, `${field.numeral}. ${field.name}`]));
    const written = lines.map((line): WrittenStatus => ({
      obligation: line.obligation,
      period: line.period,
      report: line.report,
      version: line.version,
      code: line.code,
      unit: line.unitName,
      periodName: periodName(line.cycle, line.period),
      field: fields.get(line.field) ?? line.field,
      title: line.title,
      due: line.due,
      state: STATES[line.state],
      cells: cellsOf(line),
    }));
    const mark = { plan: plan.id, position, on: clocks.on };
    const head = {
      plan: plan.title,
      unit: unit?.name ?? null,
      on: clocks.on,
      made: momentInWords(this.clock.now()),
    };
    const bytes = await writeStatusSheet(head, written, mark);
    const name = ['Tinh hinh thuc hien', plan.code, unit?.name, clocks.on].filter(Boolean).join(' - ');
    return { name: `${name}.xlsx`, bytes, lines: lines.length };
  }

  /** Up to where the table surely shows everything; what comes behind it counts as a later change. */
  private async position(): Promise<string> {
    const seen = await Promise.all(['progress', 'entries'].map((view) => this.projector.checkpointOf(view)));
    return String(seen.map((one) => BigInt(one)).reduce((least, one) => (one < least ? one : least)));
  }
}
