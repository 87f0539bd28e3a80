import { Injectable } from '@nestjs/common';
import { refusal } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { OwedPeriods, ProgressQuery, type Clocks, type Leaving, type WaitingPeriod } from '#modules/progress';
import { idOf, type Sender } from '#platform/commands';
import { keyOf, pageOf, type Page } from '#platform/http';
import { Projector } from '#platform/projector';
import { BatchRuns, type NewLine, type RunOutcome } from './batch-runs.controller.js';

/** Which of the reports that wait. */
export type WaitingFilter = {
  readonly unit?: string | undefined;
  readonly task?: string | undefined;
  readonly field?: string | undefined;
  readonly period?: number | undefined;
  readonly complete?: boolean | undefined;
  /** Only those that count no more today, or none of them. */
  readonly left?: boolean | undefined;
};

/** A report that waits to be accepted or returned. */
export type WaitingReport = {
  /** The obligation on which it was made, maybe before that was handed on. */
  readonly obligation: string;
  readonly report: string;
  readonly version: number;
  readonly period: number;
  readonly complete: boolean;
  readonly percent: number;
  readonly workDay: string;
  readonly due: string | null;
  readonly task: { readonly id: string; readonly code: string; readonly title: string; readonly field: string };
  /** Who owes it now; who owed it last where nobody does. */
  readonly unit: { readonly id: string; readonly name: string };
} & Pick<Leaving, 'left' | 'leftBecause'>;

/** A page of them; `position` is that of the log up to which it tells. */
export type WaitingPage = Page<WaitingReport> & {
  readonly total: number;
  readonly position: string;
  readonly stale: boolean;
};

/** What is to be accepted: reports one by one, or all that wait and that a filter keeps. */
export type AcceptancesWish = {
  readonly reports?: readonly { readonly obligation: string; readonly report: string; readonly version: number }[];
  readonly waiting?: WaitingFilter;
  readonly count?: number;
  /** Up to which position of the log those were looked at; as it is now without. */
  readonly position?: string;
};

/** How long a small run is waited for before the answer says how far it is. */
const PATIENCE_MS = 1_000;
const REFUSALS = 50;

const vietnamese = new Intl.Collator('vi');

type Waiting = WaitingPeriod & Pick<Leaving, 'left' | 'leftBecause'> & { readonly unitName: string };

type Place = Pick<Waiting, 'rank' | 'unitName' | 'unit' | 'period' | 'report'>;

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const inOrder = (a: Place, b: Place): number =>
  a.rank - b.rank ||
  vietnamese.compare(a.unitName, b.unitName) ||
  compared(a.unit, b.unit) ||
  a.period - b.period ||
  compared(a.report, b.report);

/** What waits for coordinators, and accepting much of it in one act. */
@Injectable()
export class Acceptances {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly periods: OwedPeriods,
    private readonly organization: OrganizationQuery,
    private readonly runs: BatchRuns,
    private readonly projector: Projector,
  ) {}

  /** A page of the reports that wait, in the order of rows, units' names and periods. */
  async page(
    plan: string,
    filter: WaitingFilter,
    asked: { readonly cursor?: string | undefined; readonly limit: number; readonly after?: string | undefined },
  ): Promise<WaitingPage> {
    const clocks = await this.progress.clocks({}, asked.after);
    // What was recorded while it is answered is behind the position that is told with it.
    const waiting = await this.waiting(plan, filter, { ...clocks, upTo: clocks.position });
    const [rank, unitName = '', unit = '', period, report = ''] = keyOf(asked.cursor, 5) ?? [];
    const last = { rank: Number(rank), unitName, unit, period: Number(period), report };
    const rest = rank === undefined ? waiting : waiting.filter((one) => inOrder(last, one) < 0);
    const page = pageOf(rest, asked.limit, (one) => [
      ...[String(one.rank), one.unitName, one.unit, String(one.period), one.report],
    ]);
    const { position, stale } = clocks;
    return { items: page.items.map(shown), next: page.next, total: waiting.length, position, stale };
  }

  /** Begins to accept; the same request sent again is answered with how far the first one is. */
  async begin(plan: string, wish: AcceptancesWish, sender: Sender): Promise<RunOutcome> {
    const { expected: _, ...by } = sender;
    const run = idOf(sender.command, 'acceptances');
    if (!(await this.runs.has(run))) {
      const lines = await this.linesOf(plan, run, wish);
      await this.runs.begin({ id: run, plan, kind: 'acceptances' }, by, lines);
    }
    return this.runs.outcome(plan, run, { limit: REFUSALS, waitMs: PATIENCE_MS });
  }

  private async linesOf(plan: string, run: string, wish: AcceptancesWish): Promise<readonly NewLine[]> {
    if ((wish.reports === undefined) === (wish.waiting === undefined)) throw refusal('invalid', 'acceptances.which');
    const accept = (obligation: string, report: string, version: number): NewLine => ({
      obligation,
      command: idOf(run, report, version),
      act: 'accept',
      data: { report, version },
    });
    if (wish.waiting) {
      if (wish.count === undefined) throw refusal('invalid', 'acceptances.count-missing');
      await this.projector.caughtUp(['progress']);
      const clocks = await this.progress.clocks({});
      const waiting = await this.waiting(plan, wish.waiting, { ...clocks, upTo: wish.position ?? clocks.upTo });
      if (waiting.length !== wish.count) {
        throw refusal('conflict', 'acceptances.other-count', { count: waiting.length });
      }
      return waiting.map(({ reportOf, report, version }) => accept(reportOf, report, version));
    }
    // One that is named twice is accepted once, and counted once.
    const named = (wish.reports ?? []).map((one) => [`${one.obligation} ${one.report} ${one.version}`, one] as const);
    const reports = [...new Map(named).values()];
    if (reports.length === 0) throw refusal('invalid', 'acceptances.none');
    const known = new Set((await this.progress.everOwed(plan)).map(({ obligation }) => obligation));
    return reports.map(({ obligation, report, version }) =>
      known.has(obligation)
        ? accept(obligation, report, version)
        : {
            obligation,
            command: idOf(run, report, version),
            act: 'accept',
            refused: refusal('absent', 'obligation.absent'),
          },
    );
  }

  private async waiting(
    plan: string,
    filter: WaitingFilter,
    clocks: Pick<Clocks, 'on' | 'upTo'>,
  ): Promise<readonly Waiting[]> {
    const kept = (await this.periods.waiting(plan, clocks, filter)).filter(
      ({ field, period, complete, counts }) =>
        (filter.field === undefined || filter.field === field) &&
        (filter.period === undefined || filter.period === period) &&
        (filter.complete === undefined || filter.complete === complete) &&
        (filter.left === undefined || filter.left === !counts),
    );
    const [names, leavings] = await Promise.all([
      this.organization.unitNames(kept.map(({ unit }) => unit)),
      this.progress.leavings(
        plan,
        'obligation',
        kept.flatMap(({ counts, obligation }) => (counts ? [] : [obligation])),
        clocks,
      ),
    ]);
    return kept
      .map((one): Waiting => {
        const { left = null, leftBecause = null } = leavings.get(one.obligation) ?? {};
        return { ...one, left, leftBecause, unitName: names.get(one.unit) ?? '' };
      })
      .sort(inOrder);
  }
}

const shown = (one: Waiting): WaitingReport => ({
  obligation: one.reportOf,
  report: one.report,
  version: one.version,
  period: one.period,
  complete: one.complete,
  percent: one.percent,
  workDay: one.workDay,
  due: one.due,
  left: one.left,
  leftBecause: one.leftBecause,
  task: { id: one.task, code: one.code, title: one.title, field: one.field },
  unit: { id: one.unit, name: one.unitName },
});
