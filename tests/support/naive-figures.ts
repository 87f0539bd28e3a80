import type { PlanEvents, RowContent } from '#modules/plan';
import type { ObligationEvents, TaskEvents } from '#modules/task';
import type { StoredEvent } from '#platform/event-store';

/**
 * A second evaluator of figures: it reads the stored events one after the other and counts what counting.md says, with
 * no SQL and nothing of the views. It is slow, and plain enough to be checked against the text by eye.
 */

type Events = PlanEvents & ObligationEvents & TaskEvents;
const factsOf = <T extends keyof Events>(event: StoredEvent, _type: T): Events[T] =>
  JSON.parse(event.data) as Events[T];

type Day = string;
const HOUR = 3_600_000;
const dayInVietnam = (instant: string): Day => new Date(Date.parse(instant) + 7 * HOUR).toISOString().substring(0, 10);
const daysLater = (day: Day, days: number): Day =>
  new Date(Date.parse(day) + days * 24 * HOUR).toISOString().substring(0, 10);
const quarterOf = (day: Day | null): string => {
  if (day === null) return 'none';
  const [year, month] = day.split('-');
  return `${year}-Q${[1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4][Number(month) - 1]}`;
};

/** tenths = ⌊(2000·n + d) / 2d⌋ */
const percentOf = (n: number, d: number): string | null => {
  if (d === 0) return null;
  const text = ((2000n * BigInt(n) + BigInt(d)) / (2n * BigInt(d))).toString().padStart(2, '0');
  return `${text.slice(0, -1)}.${text.slice(-1)}`;
};
const ratioOf = (numerator: number, denominator: number, base: string) => ({
  numerator,
  denominator,
  base,
  percent: percentOf(numerator, denominator),
});

type Report = {
  row: string;
  unit: string;
  period: number;
  complete: boolean;
  workDay: Day;
  isReturned: boolean;
  isWithdrawn: boolean;
  /** The acceptance in force. */
  acceptance: string | null;
};
type Acceptance = { report: string; complete: boolean; workDay: Day; isEnded: boolean };
type Extension = { row: string; unit: string | null; due: Day; effect: Day; isWithdrawn: boolean };
type Period = { period: number; due: Day | null };

/** What a row is at (D, R), as `naiveFigures` counts it. */
export type NaiveRow = {
  readonly row: string;
  readonly field: string;
  readonly due: Day | null;
  readonly originalDue: Day | null;
  readonly workDay: Day | null;
  readonly owed: number;
  readonly met: number;
  readonly completed: boolean;
  readonly maintained: boolean;
  readonly started: boolean;
  readonly overdue: boolean;
  readonly dueSoon: boolean;
  readonly awaiting: boolean;
  readonly late: boolean;
  readonly lateAgainstOriginal: boolean;
  readonly periodsOverdue: boolean;
  readonly periodsLate: boolean;
};

type NaiveObligation = {
  readonly unit: string;
  readonly due: Day | null;
  readonly workDay: Day | null;
  readonly completed: boolean;
  readonly maintained: boolean;
  readonly started: boolean;
  readonly overdue: boolean;
  readonly awaiting: boolean;
};

const countsOf = (rows: readonly NaiveRow[], on: Day, year: number) => {
  const count = (keep: (row: NaiveRow) => boolean): number => rows.filter(keep).length;
  const isDue = (row: NaiveRow): boolean => row.due !== null && row.due <= on;
  const isOfYear = (row: NaiveRow): boolean => row.due !== null && row.due.substring(0, 4) === String(year);
  return {
    completed: ratioOf(
      count((row) => row.completed),
      rows.length,
      'tasks',
    ),
    carriedOut: ratioOf(
      count((row) => row.completed || row.maintained),
      rows.length,
      'tasks',
    ),
    started: ratioOf(
      count((row) => row.started),
      rows.length,
      'tasks',
    ),
    completedOfDue: ratioOf(
      count((row) => row.completed && isDue(row)),
      count(isDue),
      'tasks-due',
    ),
    completedOfYear: ratioOf(
      count((row) => row.completed && isOfYear(row)),
      count(isOfYear),
      'tasks-due-in-year',
    ),
    planned: count((row) => row.originalDue !== null && row.originalDue <= on),
    overdue: count((row) => row.overdue),
    overdueAwaiting: count((row) => row.overdue && row.awaiting),
    awaiting: count((row) => row.awaiting),
    dueSoon: count((row) => row.dueSoon),
    noDueDate: count((row) => row.due === null),
    suspended: 0,
    periodsOverdue: count((row) => row.periodsOverdue),
    late: count((row) => row.late),
    lateAgainstOriginal: count((row) => row.lateAgainstOriginal),
    periodsLate: count((row) => row.periodsLate),
  };
};

const groupBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Record<string, Item[]> => {
  const groups: Record<string, Item[]> = {};
  for (const item of items) (groups[keyOf(item)] ??= []).push(item);
  return groups;
};

/** The figures of a plan at (D, R), counted from the events of the whole log; `today` is the day of the question. */
export const naiveFigures = (
  log: readonly StoredEvent[],
  question: { readonly plan: string; readonly on: Day; readonly recorded: Day; readonly today: Day },
) => {
  const { plan, on, recorded, today } = question;
  const drafted = new Map<string, { content: RowContent; rank: number }>();
  const obligations: { row: string; unit: string }[] = [];
  const reports = new Map<string, Report>();
  const acceptances = new Map<string, Acceptance>();
  // In the order of recording; a correction leaves an extension where it stands.
  const extensions = new Map<string, Extension>();
  let year = 0;
  let isInForce = false;
  let periods: { once: Period[]; quarterly: Period[]; monthly: Period[] } = { once: [], quarterly: [], monthly: [] };

  for (const event of log) {
    if (dayInVietnam(event.recorded) > recorded) continue;
    const streamId = event.stream.substring(event.stream.indexOf('-') + 1);
    if (event.stream === `plan-${plan}`) {
      if (event.type === 'PlanDrafted') ({ year } = factsOf(event, 'PlanDrafted'));
      if (event.type === 'RowAdded') {
        const { row, content, rank } = factsOf(event, 'RowAdded');
        drafted.set(row, { content, rank });
      }
      if (event.type === 'RowEdited') {
        const { row, content } = factsOf(event, 'RowEdited');
        drafted.set(row, { content, rank: drafted.get(row)?.rank ?? 0 });
      }
      if (event.type === 'RowRemoved') drafted.delete(factsOf(event, 'RowRemoved').row);
      if (event.type === 'PlanPromulgated' && event.on <= on) {
        const promulgation = factsOf(event, 'PlanPromulgated');
        isInForce = true;
        ({ periods } = promulgation);
        for (const { rows, units } of promulgation.obliged) {
          for (const row of rows) for (const unit of units) obligations.push({ row, unit });
        }
      }
    }
    switch (event.type) {
      case 'WorkReported': {
        const { entry, task: row, unit, period, complete } = factsOf(event, 'WorkReported');
        const fresh = { isReturned: false, isWithdrawn: false, acceptance: null };
        reports.set(entry, { row, unit, period, complete, workDay: event.on, ...fresh });
        break;
      }
      case 'ReportAccepted': {
        const { entry, report: id } = factsOf(event, 'ReportAccepted');
        const report = reports.get(id) as Report;
        report.acceptance = entry;
        acceptances.set(entry, { report: id, complete: report.complete, workDay: report.workDay, isEnded: false });
        break;
      }
      case 'ReportReturned':
        (reports.get(factsOf(event, 'ReportReturned').report) as Report).isReturned = true;
        break;
      case 'ReportCorrected': {
        const correction = factsOf(event, 'ReportCorrected');
        const report = reports.get(correction.report) as Report;
        report.complete = correction.complete;
        report.workDay = correction.workDay;
        if (report.acceptance !== null) (acceptances.get(report.acceptance) as Acceptance).isEnded = true;
        report.acceptance = null;
        break;
      }
      case 'ReportWithdrawn':
        (reports.get(factsOf(event, 'ReportWithdrawn').report) as Report).isWithdrawn = true;
        break;
      case 'AcceptanceWithdrawn': {
        const acceptance = acceptances.get(factsOf(event, 'AcceptanceWithdrawn').acceptance) as Acceptance;
        acceptance.isEnded = true;
        (reports.get(acceptance.report) as Report).acceptance = null;
        break;
      }
      case 'TaskExtended': {
        const { entry, due } = factsOf(event, 'TaskExtended');
        extensions.set(entry, { row: streamId, unit: null, due, effect: event.on, isWithdrawn: false });
        break;
      }
      case 'ObligationExtended': {
        const { entry, task: row, unit, due } = factsOf(event, 'ObligationExtended');
        extensions.set(entry, { row, unit, due, effect: event.on, isWithdrawn: false });
        break;
      }
      case 'TaskExtensionCorrected':
      case 'ObligationExtensionCorrected': {
        const { extension, due, effect } = factsOf(event, 'TaskExtensionCorrected');
        Object.assign(extensions.get(extension) as Extension, { due, effect });
        break;
      }
      case 'TaskExtensionWithdrawn':
      case 'ObligationExtensionWithdrawn':
        (extensions.get(factsOf(event, 'TaskExtensionWithdrawn').extension) as Extension).isWithdrawn = true;
        break;
    }
  }

  const originalDue = (row: string): Day | null => drafted.get(row)?.content.due ?? null;
  const lastOf = (candidates: readonly Extension[], day: Day): Extension | undefined => {
    let last: Extension | undefined;
    for (const extension of candidates) {
      if (extension.isWithdrawn || extension.effect > day) continue;
      if (!last || extension.effect >= last.effect) last = extension;
    }
    return last;
  };
  const all = [...extensions.values()];
  const dueOfRow = (row: string, day: Day): Day | null =>
    lastOf(
      all.filter((one) => one.row === row && one.unit === null),
      day,
    )?.due ?? originalDue(row);
  const dueOfObligation = (row: string, unit: string, day: Day): Day | null =>
    lastOf(
      all.filter((one) => one.row === row && (one.unit === null || one.unit === unit)),
      day,
    )?.due ?? originalDue(row);

  const obligationsOf = (row: string): NaiveObligation[] => {
    const { content } = drafted.get(row) as { content: RowContent };
    const owedPeriods = periods[content.cycle];
    return obligations
      .filter((one) => one.row === row)
      .map(({ unit }) => {
        const own = [...reports].filter(([, report]) => report.row === row && report.unit === unit);
        const workDayOf = (period: number): Day | null => {
          const days = [...acceptances.values()]
            .filter(({ report, complete, isEnded, workDay }) => {
              const of = own.find(([id]) => id === report)?.[1];
              return of !== undefined && of.period === period && complete && !isEnded && workDay <= on;
            })
            .map(({ workDay }) => workDay);
          return days.sort().at(-1) ?? null;
        };
        const accepted = owedPeriods.map(({ period, due }) => ({ period, due, workDay: workDayOf(period) }));
        const fallen = accepted.filter(({ due }) => due !== null && due < on);
        const completed = accepted.every(({ workDay }) => workDay !== null);
        const due = dueOfObligation(row, unit, on);
        return {
          unit,
          due,
          completed,
          workDay:
            accepted
              .flatMap(({ workDay }) => (workDay === null ? [] : [workDay]))
              .sort()
              .at(-1) ?? null,
          maintained:
            accepted.some(({ workDay }) => workDay !== null) && fallen.every(({ workDay }) => workDay !== null),
          started: own.some(([, report]) => !report.isWithdrawn && report.workDay <= on),
          overdue: !completed && due !== null && due < on,
          awaiting: own.some(
            ([, report]) =>
              report.complete &&
              !report.isWithdrawn &&
              !report.isReturned &&
              report.acceptance === null &&
              report.workDay <= on,
          ),
          hasMissedPeriod: fallen.some(({ workDay }) => workDay === null),
          hasLatePeriod: accepted.some((one) => one.due !== null && one.workDay !== null && one.workDay > one.due),
        };
      });
  };

  const stateOf = (row: string): NaiveRow => {
    const { content } = drafted.get(row) as { content: RowContent };
    const owed = obligationsOf(row) as (NaiveObligation & { hasMissedPeriod: boolean; hasLatePeriod: boolean })[];
    const { mode } = content;
    const needed = mode.kind === 'share' ? Math.ceil((mode.percent * owed.length) / 100) : owed.length;
    const done = owed.filter(({ completed }) => completed);
    const completed = mode.kind !== 'declared' && owed.length > 0 && done.length >= needed;
    const workDay = completed ? (done.map((one) => one.workDay as Day).sort()[needed - 1] as Day) : null;
    const due = dueOfRow(row, on);
    const dueThen = workDay === null ? null : dueOfRow(row, workDay);
    const open = owed.filter((one) => !one.completed);
    const isRecurring = periods[content.cycle].length > 1;
    return {
      row,
      field: content.field,
      due,
      originalDue: originalDue(row),
      workDay,
      owed: owed.length,
      met: done.length,
      completed,
      maintained:
        !completed &&
        isRecurring &&
        mode.kind !== 'declared' &&
        owed.filter(({ maintained }) => maintained).length >= needed,
      started: owed.some(({ started }) => started),
      overdue:
        !completed && (mode.kind === 'declared' ? due !== null && due < on : owed.some(({ overdue }) => overdue)),
      dueSoon: !completed && due !== null && on <= due && due <= daysLater(on, 15),
      awaiting: !completed && open.length > 0 && open.every(({ awaiting }) => awaiting),
      late: workDay !== null && dueThen !== null && workDay > dueThen,
      lateAgainstOriginal: workDay !== null && originalDue(row) !== null && workDay > (originalDue(row) as Day),
      periodsOverdue: !completed && owed.some(({ hasMissedPeriod }) => hasMissedPeriod),
      periodsLate: owed.some(({ hasLatePeriod }) => hasLatePeriod),
    };
  };

  const rows = [...new Set(obligations.map(({ row }) => row))].map(stateOf);
  const counts = countsOf(rows, on, year);
  const endOfYear = `${year}-12-31`;
  const still = rows.filter((row) => !row.completed && !row.overdue && row.due !== null && row.due <= endOfYear);
  const isForecast = isInForce && on === recorded && on <= today;
  const owedByAll = [...new Set(obligations.map(({ row }) => row))].flatMap((row) =>
    obligationsOf(row).map((one) => ({
      ...one,
      carriedOut:
        one.completed ||
        (periods[(drafted.get(row) as { content: RowContent }).content.cycle].length > 1 && one.maintained),
    })),
  );
  return {
    status: isInForce ? ('in-force' as const) : ('not-in-force' as const),
    ...counts,
    forecast: isForecast
      ? {
          low: counts.completed.numerator,
          high: counts.completed.numerator + still.length,
          until: endOfYear,
          atRisk: counts.overdue,
        }
      : null,
    byField: Object.fromEntries(
      Object.entries(groupBy(rows, ({ field }) => field)).map(([field, some]) => [field, countsOf(some, on, year)]),
    ),
    byQuarter: Object.fromEntries(
      Object.entries(groupBy(rows, ({ due }) => quarterOf(due))).map(([quarter, some]) => [
        quarter,
        countsOf(some, on, year),
      ]),
    ),
    byUnit: Object.fromEntries(
      Object.entries(groupBy(owedByAll, ({ unit }) => unit)).map(([unit, some]) => {
        const due = some.filter((one) => one.due !== null && one.due <= on);
        const of = (keep: (one: (typeof some)[number]) => boolean) =>
          ratioOf(some.filter(keep).length, some.length, 'obligations');
        return [
          unit,
          {
            completed: of(({ completed }) => completed),
            carriedOut: of(({ carriedOut }) => carriedOut),
            started: of(({ started }) => started),
            completedOfDue: ratioOf(due.filter(({ completed }) => completed).length, due.length, 'obligations-due'),
            overdue: some.filter(({ overdue }) => overdue).length,
            awaiting: some.filter(({ completed, awaiting }) => !completed && awaiting).length,
          },
        ];
      }),
    ),
    rows,
  };
};
