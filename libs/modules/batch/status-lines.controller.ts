import { Injectable } from '@nestjs/common';
import { OrganizationQuery } from '#modules/organization';
import { OwedPeriods, ProgressQuery, type Clocks, type OwedPeriod } from '#modules/progress';
import { ReportQuery, type ReportSaid, type ReportStands } from '#modules/task';
import { pieceInWords, type Said } from './status-line.format.js';

/** A version of a report as a table shows it, with what a new report can take over from it. */
export type SaidFully = Said & Pick<ReportSaid, 'evidence' | 'assessment'>;

/** A period of an obligation with the report that matters, word for word. */
export type StatusLine = OwedPeriod & {
  readonly unitName: string;
  readonly said: SaidFully | null;
  readonly stands: ReportStands | null;
};

export type StatusTable = {
  readonly lines: readonly StatusLine[];
  readonly reports: ReadonlyMap<string, ReportStands>;
};

/** How a version of a report reads in the cells of a table. */
export const saidIn = (content: ReportSaid): SaidFully => ({
  ...content,
  account: content.account === null ? '' : 'text' in content.account ? content.account.text : null,
  pieces: content.evidence.map(({ file, name, ...piece }) =>
    pieceInWords({ ...piece, ...(file ? { file: name && 'text' in name ? name.text : null } : {}) }),
  ),
});

const vietnamese = new Intl.Collator('vi');

/** Puts together what a status table shows and what an uploaded one is compared with. */
@Injectable()
export class StatusLines {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly periods: OwedPeriods,
    private readonly reports: ReportQuery,
    private readonly organization: OrganizationQuery,
  ) {}

  /**
   * The lines of a plan or of one unit at both clocks, in the order of rows, units' names and periods, and all reports on
   * them by id.
   */
  async lines(plan: string, clocks: Clocks, unit?: string): Promise<StatusTable> {
    const states = await this.periods.of(plan, clocks, { unit });
    const [reports, names] = await Promise.all([
      // What was handed on is of the same row.
      this.reports.reports(
        plan,
        new Map(
          states.flatMap(({ task, obligation, reportOf }) => [
            [obligation, task],
            [reportOf ?? obligation, task],
          ]),
        ),
      ),
      this.organization.unitNames(states.map((state) => state.unit)),
    ]);
    const byId = new Map(reports.map((report) => [report.report, report]));
    // Units are put in the order of their names once: there are far more lines than units.
    const places = new Map(
      [...new Set(states.map((state) => state.unit))]
        .sort((a, b) => vietnamese.compare(names.get(a) ?? '', names.get(b) ?? '') || (a < b ? -1 : 1))
        .map((id, at) => [id, at]),
    );
    const lines = states
      .map((state): StatusLine => {
        const stands = state.report === null ? undefined : byId.get(state.report);
        const content = stands?.versions[state.version ?? 0];
        return {
          ...state,
          unitName: names.get(state.unit) ?? '',
          said: content ? saidIn(content) : null,
          stands: stands ?? null,
        };
      })
      .sort(
        (a, b) => a.ordinal - b.ordinal || (places.get(a.unit) ?? 0) - (places.get(b.unit) ?? 0) || a.period - b.period,
      );
    return { lines, reports: byId };
  }

  /** Both clocks at now. */
  now(): Promise<Clocks> {
    return this.progress.clocks({});
  }
}
