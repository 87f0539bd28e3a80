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
/** A due date that follows the first one: of an extension or of an amendment. */
type Extension = {
  row: string;
  unit: string | null;
  due: Day | null;
  effect: Day;
  isWithdrawn: boolean;
  isAmendment: boolean;
};
/** A due date that a rule set read anew, from the first text of a row or from that of an amendment. */
type Reread = { row: string; text: Extension | null; due: Day | null; on: Day };
type Period = { period: number; cutoff: Day | null; due: Day | null };
type Periods = { once: Period[]; quarterly: Period[]; monthly: Period[] };
/** What the annex says of a row from a day on; null once it is removed. */
type Version = { on: Day; content: RowContent | null };
type Owing = { entry: string; unit: string; on: Day; holds: boolean; inherits: string | null };
type Act = { kind: 'suspended' | 'cancelled' | 'declared'; holds: boolean; on: Day; isWithdrawn: boolean };
type Row = { first: Day | null; owed: number[]; versions: Version[]; owing: Owing[]; acts: Map<string, Act> };

const ACTS: Readonly<Record<string, Pick<Act, 'kind' | 'holds'>>> = {
  TaskSuspended: { kind: 'suspended', holds: true },
  TaskResumed: { kind: 'suspended', holds: false },
  TaskCancelled: { kind: 'cancelled', holds: true },
  TaskReopened: { kind: 'cancelled', holds: false },
  TaskDeclared: { kind: 'declared', holds: true },
};

/** Of facts in the order of recording the one with the latest day up to `day`, of equals the last. */
const latest = <Fact extends { readonly on: Day }>(facts: readonly Fact[], day: Day): Fact | undefined => {
  const known = facts.filter(({ on }) => on <= day);
  const [greatest] = known.map(({ on }) => on).sort((a, b) => (a < b ? 1 : -1));
  return known.filter(({ on }) => on === greatest).at(-1);
};

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
  readonly suspended: boolean;
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
    suspended: count((row) => row.suspended),
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
  const drafted = new Map<string, RowContent>();
  const annex = new Map<string, Row>();
  const reports = new Map<string, Report>();
  const acceptances = new Map<string, Acceptance>();
  // In the order of recording; a correction leaves an extension where it stands.
  const extensions = new Map<string, Extension>();
  let year = 0;
  let effect: Day | null = null;
  // In the order of recording, like everything that follows each other.
  const windows: { on: Day; periods: Periods }[] = [];
  const rereads: Reread[] = [];
  const rowOf = (row: string): Row => annex.get(row) as Row;
  const begin = (row: string, content: RowContent, on: Day, owedFrom: Day | null): void => {
    const owed = (windows.at(-1)?.periods[content.cycle] ?? [])
      .filter(({ cutoff }) => cutoff === null || owedFrom === null || cutoff >= owedFrom)
      .map(({ period }) => period);
    annex.set(row, { first: content.due, owed, versions: [{ on, content }], owing: [], acts: new Map() });
  };

  for (const event of log) {
    if (dayInVietnam(event.recorded) > recorded) continue;
    const streamId = event.stream.substring(event.stream.indexOf('-') + 1);
    if (event.stream === `plan-${plan}`) {
      const { on: day } = event;
      const says = (row: string, unit: string, holds: boolean, entry: string, inherits: string | null = null): void => {
        rowOf(row).owing.push({ entry, unit, on: day, holds, inherits });
      };
      if (event.type === 'PlanDrafted') ({ year } = factsOf(event, 'PlanDrafted'));
      if (event.type === 'RowAdded') {
        const { row, content } = factsOf(event, 'RowAdded');
        drafted.set(row, content);
      }
      if (event.type === 'RowEdited') {
        const { row, content } = factsOf(event, 'RowEdited');
        drafted.set(row, content);
      }
      if (event.type === 'RowRemoved') drafted.delete(factsOf(event, 'RowRemoved').row);
      if (event.type === 'PlanPromulgated') {
        const promulgation = factsOf(event, 'PlanPromulgated');
        effect = day;
        windows.splice(0, windows.length, { on: '0001-01-01', periods: promulgation.periods });
        for (const { rows, units } of promulgation.obliged) {
          for (const row of rows) {
            begin(row, drafted.get(row) as RowContent, day, null);
            for (const unit of units) says(row, unit, true, '');
          }
        }
      }
      if (event.type === 'PromulgationWithdrawn') {
        effect = null;
        annex.clear();
        extensions.clear();
        rereads.length = 0;
      }
      if (event.type === 'RuleSetApplied') {
        const { dues, periods: moved, effect: from } = factsOf(event, 'RuleSetApplied');
        for (const { rows, due } of dues) {
          for (const row of rows) {
            drafted.set(row, { ...(drafted.get(row) as RowContent), due });
            if (from === undefined) continue;
            const texts = [...extensions.values()].filter((one) => one.row === row && one.isAmendment);
            rereads.push({ row, text: texts.at(-1) ?? null, due, on: day });
          }
        }
        const before = windows.at(-1);
        if (moved && before && from !== undefined) {
          windows.push({ on: day, periods: { ...before.periods, ...moved } });
        }
      }
      if (event.type === 'PlanAmended') {
        const { entry, added, changed, removed, obliged, ended } = factsOf(event, 'PlanAmended');
        for (const { row, content } of added) {
          drafted.set(row, content);
          begin(row, content, day, day);
        }
        for (const { row, content } of changed) {
          if (drafted.get(row)?.due !== content.due) {
            const { due } = content;
            extensions.set(`${entry} ${row}`, {
              ...{ row, unit: null, due, effect: day },
              ...{ isWithdrawn: false, isAmendment: true },
            });
          }
          drafted.set(row, content);
          rowOf(row).versions.push({ on: day, content });
        }
        for (const row of removed) {
          drafted.delete(row);
          rowOf(row).versions.push({ on: day, content: null });
        }
        for (const { rows, units } of obliged)
          for (const row of rows) for (const unit of units) says(row, unit, true, entry);
        for (const { row, units } of ended) for (const unit of units) says(row, unit, false, entry);
      }
      if (event.type === 'ObligationTransferred') {
        const { entry, row, from, to, inherits } = factsOf(event, 'ObligationTransferred');
        says(row, from, false, entry);
        says(row, to, true, entry, inherits ? from : null);
      }
      if (event.type === 'ObligationEnded') {
        const { entry, row, unit } = factsOf(event, 'ObligationEnded');
        says(row, unit, false, entry);
      }
      if (event.type === 'PlanActWithdrawn') {
        const { act, row } = factsOf(event, 'PlanActWithdrawn');
        const all = rowOf(row).owing;
        all.splice(0, all.length, ...all.filter(({ entry }) => entry !== act));
      }
    }
    const does = ACTS[event.type];
    if (does && annex.has(streamId)) {
      const { entry } = factsOf(event, 'TaskSuspended');
      rowOf(streamId).acts.set(entry, { ...does, on: event.on, isWithdrawn: false });
    }
    if (event.type === 'TaskActCorrected' && annex.has(streamId)) {
      const { act, effect: on } = factsOf(event, 'TaskActCorrected');
      Object.assign(rowOf(streamId).acts.get(act) as Act, { on });
    }
    if (event.type === 'TaskActWithdrawn' && annex.has(streamId)) {
      (rowOf(streamId).acts.get(factsOf(event, 'TaskActWithdrawn').act) as Act).isWithdrawn = true;
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
        const extended = { row: streamId, unit: null, due, effect: event.on };
        extensions.set(entry, { ...extended, isWithdrawn: false, isAmendment: false });
        break;
      }
      case 'ObligationExtended': {
        const { entry, task: row, unit, due } = factsOf(event, 'ObligationExtended');
        extensions.set(entry, { row, unit, due, effect: event.on, isWithdrawn: false, isAmendment: false });
        break;
      }
      case 'TaskExtensionCorrected':
      case 'ObligationExtensionCorrected': {
        const { extension, due, effect: from } = factsOf(event, 'TaskExtensionCorrected');
        Object.assign(extensions.get(extension) as Extension, { due, effect: from });
        break;
      }
      case 'TaskExtensionWithdrawn':
      case 'ObligationExtensionWithdrawn':
        (extensions.get(factsOf(event, 'TaskExtensionWithdrawn').extension) as Extension).isWithdrawn = true;
        break;
    }
  }

  const isInForce = effect !== null && effect <= on;
  const originalDue = (row: string): Day | null => rowOf(row).first;
  const isNow = (row: string, kind: Act['kind']): Act | undefined => {
    const acts = [...rowOf(row).acts.values()].filter((act) => act.kind === kind && !act.isWithdrawn);
    const last = latest(acts, on);
    return last?.holds === true ? last : undefined;
  };
  const contentOf = (row: string): RowContent | null => latest(rowOf(row).versions, on)?.content ?? null;
  const inBase = [...annex.keys()].filter((row) => contentOf(row) !== null && !isNow(row, 'cancelled'));
  const unitsOf = (row: string): string[] => {
    const { owing } = rowOf(row);
    return [...new Set(owing.map(({ unit }) => unit))].filter(
      (unit) =>
        latest(
          owing.filter((one) => one.unit === unit),
          on,
        )?.holds === true,
    );
  };
  /** A unit and those whose obligation on the row was handed on to it, one after the other. */
  const lineOf = (row: string, unit: string): string[] => {
    const line = [unit];
    for (const one of line) {
      for (const { unit: heir, holds, inherits, on: day } of rowOf(row).owing) {
        if (heir === one && holds && day <= on && inherits && !line.includes(inherits)) line.push(inherits);
      }
    }
    return line;
  };
  /** The periods that a row owes, with the days that they have on a day. */
  const periodsOf = (row: string, day: Day): Period[] =>
    (latest(windows, day)?.periods[(contentOf(row) as RowContent).cycle] ?? []).filter(({ period }) =>
      rowOf(row).owed.includes(period),
    );
  const lastOf = (candidates: readonly Extension[], day: Day): Extension | undefined => {
    let last: Extension | undefined;
    for (const extension of candidates) {
      if (extension.isWithdrawn || extension.effect > day) continue;
      if (!last || extension.effect >= last.effect) last = extension;
    }
    return last;
  };
  const all = [...extensions.values()];
  const dueOf = (row: string, day: Day, isOf: (unit: string | null) => boolean): Day | null => {
    const last = lastOf(
      all.filter((one) => one.row === row && isOf(one.unit)),
      day,
    );
    if (last && !last.isAmendment) return last.due;
    const text = last ?? null;
    const read = latest(
      rereads.filter((one) => one.row === row && one.text === text),
      day,
    );
    return read ? read.due : text ? text.due : originalDue(row);
  };
  const dueOfRow = (row: string, day: Day): Day | null => dueOf(row, day, (unit) => unit === null);
  const dueOfObligation = (row: string, owner: string, day: Day): Day | null =>
    dueOf(row, day, (unit) => unit === null || unit === owner);

  const obligationsOf = (row: string): NaiveObligation[] => {
    const owedPeriods = periodsOf(row, on);
    const isSuspended = isNow(row, 'suspended') !== undefined;
    return unitsOf(row).map((unit) => {
      const line = lineOf(row, unit);
      const own = [...reports].filter(([, report]) => report.row === row && line.includes(report.unit));
      const workDayOf = (period: number): Day | null => {
        const days = [...acceptances.values()]
          .filter(({ report, complete, isEnded, workDay }) => {
            const of = own.find(([id]) => id === report)?.[1];
            return of !== undefined && of.period === period && complete && !isEnded && workDay <= on;
          })
          .map(({ workDay }) => workDay);
        // Of several the earliest: the period was done by then.
        return days.sort()[0] ?? null;
      };
      const accepted = owedPeriods.map(({ period, due }) => ({ period, due, workDay: workDayOf(period) }));
      const fallen = isSuspended ? [] : accepted.filter(({ due }) => due !== null && due < on);
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
        maintained: accepted.some(({ workDay }) => workDay !== null) && fallen.every(({ workDay }) => workDay !== null),
        started: own.some(([, report]) => !report.isWithdrawn && report.workDay <= on),
        overdue: !completed && !isSuspended && due !== null && due < on,
        awaiting: own.some(
          ([, report]) =>
            report.complete &&
            !report.isWithdrawn &&
            !report.isReturned &&
            report.acceptance === null &&
            report.workDay <= on,
        ),
        hasMissedPeriod: fallen.some(({ workDay }) => workDay === null),
        hasLatePeriod: accepted.some(({ period, workDay }) => {
          const then = workDay === null ? [] : periodsOf(row, workDay);
          const dueThen = then.find((one) => one.period === period)?.due ?? null;
          return workDay !== null && dueThen !== null && workDay > dueThen;
        }),
      };
    });
  };

  const stateOf = (row: string): NaiveRow => {
    const content = contentOf(row) as RowContent;
    const owed = obligationsOf(row) as (NaiveObligation & { hasMissedPeriod: boolean; hasLatePeriod: boolean })[];
    const { mode } = content;
    const needed = mode.kind === 'share' ? Math.ceil((mode.percent * owed.length) / 100) : owed.length;
    const done = owed.filter((one) => one.completed);
    // Where nobody is left who owes a row, only a declaration completes it.
    const isDeclarable = mode.kind === 'declared' || owed.length === 0;
    const declared = isNow(row, 'declared');
    const completed = isDeclarable ? declared !== undefined : done.length >= needed;
    const workDay = !completed
      ? null
      : isDeclarable
        ? (declared?.on ?? null)
        : (done.map((one) => one.workDay as Day).sort()[needed - 1] as Day);
    const due = dueOfRow(row, on);
    const dueThen = workDay === null ? null : dueOfRow(row, workDay);
    const open = owed.filter((one) => !one.completed);
    const isRecurring = periodsOf(row, on).length > 1;
    const suspended = isNow(row, 'suspended') !== undefined;
    const isPast = due !== null && due < on;
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
        !completed && isRecurring && !isDeclarable && owed.filter(({ maintained }) => maintained).length >= needed,
      started: (isDeclarable && declared !== undefined) || owed.some(({ started }) => started),
      overdue: !completed && !suspended && (isDeclarable ? isPast : owed.some(({ overdue }) => overdue)),
      dueSoon: !completed && !suspended && due !== null && on <= due && due <= daysLater(on, 15),
      awaiting: !completed && open.length > 0 && open.every(({ awaiting }) => awaiting),
      suspended,
      late: workDay !== null && dueThen !== null && workDay > dueThen,
      lateAgainstOriginal: workDay !== null && originalDue(row) !== null && workDay > (originalDue(row) as Day),
      periodsOverdue: !completed && owed.some(({ hasMissedPeriod }) => hasMissedPeriod),
      periodsLate: owed.some(({ hasLatePeriod }) => hasLatePeriod),
    };
  };

  const rows = inBase.map(stateOf);
  const counts = countsOf(rows, on, year);
  const endOfYear = `${year}-12-31`;
  const still = rows.filter(
    (row) => !row.completed && !row.suspended && !row.overdue && row.due !== null && row.due <= endOfYear,
  );
  const isForecast = isInForce && on === recorded && on <= today;
  const owedByAll = inBase.flatMap((row) =>
    obligationsOf(row).map((one) => ({
      ...one,
      carriedOut: one.completed || (periodsOf(row, on).length > 1 && one.maintained),
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
