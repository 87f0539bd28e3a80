import { CommandBus } from '@nestjs/cqrs';
import fc from 'fast-check';
import { OPEN, plusDays, Refusal, type Day } from '#kernel';
import { PlanDispatch, type PlanCommands, type PlanEvents, type RowInput } from '#modules/plan';
import { RULEBOOK, RulebookDispatch, type RulebookCommands } from '#modules/rulebook';
import {
  ObligationDispatch,
  ObligationHandler,
  TaskDispatch,
  type ObligationCommands,
  type TaskCommands,
} from '#modules/task';
import { idOf, type CommandOf, type Receipt, type Sender } from '#platform/commands';
import type { StoredEvent } from '#platform/event-store';
import { schemaOf } from '#platform/projector';
import { naiveFigures } from '../support/naive-figures.js';
import { documentOf, Province, type RowWish } from '../support/province.js';
import { shippedRules } from '../support/rule-sets.js';

/** Random histories, each a plan of its own year, and many questions about each on both clocks. */
const HISTORIES = 30;
/** Always the same histories, so that a failure is one of the change at hand; another seed asks others. */
const SEED = 20_261_123;
const DEPARTMENTS = ['Sở Nội vụ', 'Sở Y tế', 'Sở Tài chính'];
const COMMUNES = ['Xã số 01', 'Xã số 02'];
const LAST_YEAR = 2098;

/** Rule sets that are applied to running plans; windows of one lie elsewhere. */
const RULE_SETS = {
  'ngay-lam-viec': { dayOff: 'next-working-day' as const },
  'truoc-la-truoc': { before: 'exclusive' as const },
  'chot-som': {
    dayOff: 'next-working-day' as const,
    quarterly: shippedRules.quarterly.map(({ cutoff }) => ({ cutoff: cutoff.replace('-14', '-05'), due: cutoff })),
    monthly: shippedRules.monthly.map(({ cutoff }) => ({
      cutoff: cutoff.replace('-14', '-25'),
      due: cutoff.replace('-14', '-28'),
    })),
  },
};

const reason = { id: idOf('text', 'reason'), hash: 'hash' };
const proof = { kind: 'Báo cáo', number: '12/BC', date: '2025-12-01' };

const deadlines: readonly ((year: number) => string)[] = [
  (year) => `30/6/${year}`,
  (year) => `Trước ngày 15/01/${year}`,
  (year) => `Quý I/${year}`,
  (year) => `Tháng 02/${year}`,
  (year) => `Quý III/${year}`,
  (year) => `31/12/${year}`,
  (year) => `Tháng 01/${year + 1}`,
  () => 'Thường xuyên',
  () => 'Hằng quý',
  () => 'Hằng tháng',
  () => 'Theo quy định',
];

const row = fc.record({
  deadline: fc.nat(deadlines.length - 1),
  field: fc.constantFrom('CDDH', 'CCTC', 'CCTTHC'),
  leads: fc.subarray(['Sở Nội vụ', 'Sở Y tế', 'Các sở', 'Các xã'], { minLength: 1, maxLength: 2 }),
  mode: fc.oneof(
    { weight: 4, arbitrary: fc.constant({ kind: 'all' as const }) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 100 }).map((percent) => ({ kind: 'share' as const, percent })) },
    { weight: 1, arbitrary: fc.constant({ kind: 'declared' as const }) },
  ),
});

const which = fc.nat(1000);
/** How many days from today an act takes effect. */
const days = fc.constantFrom(-30, -5, 0, 0, 0, 12);
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      row: which,
      unit: which,
      period: which,
      complete: fc.boolean(),
      back: fc.nat(60),
      snap: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('sweep' as const),
      row: which,
      periods: fc.integer({ min: 1, max: 12 }),
      but: fc.constantFrom(0, 0, 1, 2),
      back: fc.nat(60),
      gap: fc.nat(4),
      snap: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('accept' as const), report: which, by: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('return' as const), report: which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('correct' as const),
      report: which,
      back: fc.nat(90),
      flip: fc.boolean(),
      by: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), report: which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unaccept' as const), acceptance: which }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('extend' as const),
      row: which,
      unit: fc.option(fc.nat(1), { nil: undefined, freq: 2 }),
      more: fc.integer({ min: -10, max: 120 }),
      effect: fc.constantFrom(-30, -5, 0, 0, 0, 12),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('correctExtension' as const),
      extension: which,
      more: fc.integer({ min: -20, max: 60 }),
      effect: fc.constantFrom(-30, -5, 0, 0, 0, 12),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdrawExtension' as const), extension: which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('rowAct' as const),
      row: which,
      act: fc.constantFrom('SuspendTask', 'SuspendTask', 'ResumeTask', 'CancelTask', 'ReopenTask', 'DeclareTask'),
      effect: days,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('correctAct' as const), act: which, effect: days }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdrawAct' as const), act: which }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('transfer' as const), row: which, from: which, to: which, effect: days }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), row: which, unit: which, effect: days }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdrawPlanAct' as const), act: which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('amend' as const),
      row: which,
      how: fc.constantFrom('change', 'change', 'add', 'remove'),
      becomes: row,
      later: fc.nat(20),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('reread' as const), set: which, later: fc.constantFrom(0, 0, 3, 20) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'withdrawPromulgation' as const }) },
);

const history = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 3 }),
  effect: fc.nat(40),
  steps: fc.array(fc.record({ later: fc.oneof(fc.constant(0), fc.nat(25)), act }), {
    minLength: 25,
    maxLength: 60,
    size: 'max',
  }),
  questions: fc.array(fc.tuple(which, which), { minLength: 12, maxLength: 12 }),
});
type History = typeof history extends fc.Arbitrary<infer H> ? H : never;
type Act = History['steps'][number]['act'];

/** One of the days, a late one rather than an early one: little is to be seen before anything has happened. */
const later = (days: readonly Day[], index: number): Day =>
  [...days].sort()[Math.floor(days.length * Math.sqrt(index / 1001))] ?? '';

const at = <Item>(items: readonly Item[], index: number): Item | undefined => items[index % items.length];

/** The last day up to that one on which a row or a period is due: where being late begins. */
const dueDayUpTo = (day: Day, due: Day | null): Day => {
  const [month, before] = [day.slice(0, 8), plusDays(`${day.slice(0, 8)}01`, -1).slice(0, 8)];
  const days = [`${before}20`, `${month}20`, ...(due === null ? [] : [due])];
  return (
    days
      .filter((one) => one <= day)
      .sort()
      .at(-1) ?? day
  );
};

/** A row as acts need it: the obligations of those who owe it, its first due date, its periods. */
type OwedRow = {
  readonly id: string;
  readonly obligations: string[];
  readonly due: Day | null;
  readonly periods: number;
};

/** One history told to the product by its commands; what a rule refuses is left out. */
class Telling {
  private readonly reports: { id: string; obligation: string }[] = [];
  private readonly acceptances: { id: string; obligation: string }[] = [];
  private readonly extensions: { id: string; row: string; obligation: string | null; due: Day }[] = [];
  private readonly acts: { id: string; row: string }[] = [];
  private readonly planActs: string[] = [];
  private readonly bus: CommandBus;
  private count = 0;

  constructor(
    private readonly province: Province,
    private readonly plan: string,
    private readonly rows: OwedRow[],
    private readonly year: number,
  ) {
    this.bus = province.app.nest.get(CommandBus);
  }

  async tell(told: Act): Promise<void> {
    const today = this.province.app.clock.today();
    const document = documentOf(today);
    const target = at(this.rows, 'row' in told ? told.row : 0) as OwedRow;
    switch (told.kind) {
      case 'report': {
        const obligation = at(target.obligations, told.unit) ?? '';
        await this.report(obligation, 1 + (told.period % target.periods), told, target.due);
        return;
      }
      case 'sweep':
        for (const obligation of target.obligations.slice(told.but)) {
          for (let period = 1; period <= Math.min(told.periods, target.periods); period += 1) {
            const back = told.back + told.gap * (target.periods - period);
            const report = await this.report(obligation, period, { complete: true, back, snap: told.snap }, target.due);
            if (report) await this.accept(report, 'dp0');
          }
        }
        return;
      case 'accept': {
        const report = at(this.reports, told.report);
        if (report) await this.accept(report, `dp${told.by}`);
        return;
      }
      case 'return': {
        const report = at(this.reports, told.report);
        if (report) await this.act(report.obligation, 'dp0', 'ReturnReport', { report: report.id, reason });
        return;
      }
      case 'correct': {
        const report = at(this.reports, told.report);
        if (!report) return;
        const changes = {
          on: plusDays(today, -told.back),
          ...(told.flip ? { complete: false, percent: 50 } : { complete: true, percent: 100 }),
        };
        const by = told.by === 2 ? 'bc' : `dp${told.by}`;
        await this.act(report.obligation, by, 'CorrectReport', { report: report.id, changes, reason, document });
        return;
      }
      case 'withdraw': {
        const report = at(this.reports, told.report);
        if (report) await this.act(report.obligation, 'bc', 'WithdrawReport', { report: report.id, reason });
        return;
      }
      case 'unaccept': {
        const given = at(this.acceptances, told.acceptance);
        if (given) await this.act(given.obligation, 'dp1', 'WithdrawAcceptance', { acceptance: given.id, reason });
        return;
      }
      case 'extend': {
        const wish = {
          due: plusDays(target.due ?? today, told.more),
          on: plusDays(today, told.effect),
          document,
          reason,
        };
        const obligation = told.unit === undefined ? null : (at(target.obligations, told.unit) ?? '');
        const receipt =
          obligation === null
            ? await this.actOnRow(target.id, 'ExtendTask', wish)
            : await this.act(obligation, 'dp0', 'ExtendObligation', wish);
        if (receipt?.entry) this.extensions.push({ id: receipt.entry, row: target.id, obligation, due: wish.due });
        return;
      }
      case 'correctExtension': {
        const extension = at(this.extensions, told.extension);
        if (!extension) return;
        const changes = { due: plusDays(extension.due, told.more), on: plusDays(today, told.effect) };
        const data = { extension: extension.id, changes, reason };
        if (extension.obligation === null) await this.actOnRow(extension.row, 'CorrectTaskExtension', data);
        else await this.act(extension.obligation, 'dp0', 'CorrectObligationExtension', data);
        return;
      }
      case 'withdrawExtension': {
        const extension = at(this.extensions, told.extension);
        if (!extension) return;
        const data = { extension: extension.id, reason };
        if (extension.obligation === null) await this.actOnRow(extension.row, 'WithdrawTaskExtension', data);
        else await this.act(extension.obligation, 'dp0', 'WithdrawObligationExtension', data);
        return;
      }
      case 'rowAct': {
        const wish = { on: plusDays(today, told.effect), document, reason };
        const receipt = await this.actOnRow(target.id, told.act, wish);
        if (receipt?.entry) this.acts.push({ id: receipt.entry, row: target.id });
        return;
      }
      case 'correctAct': {
        const done = at(this.acts, told.act);
        const changes = { on: plusDays(today, told.effect) };
        if (done) await this.actOnRow(done.row, 'CorrectTaskAct', { act: done.id, changes, reason });
        return;
      }
      case 'withdrawAct': {
        const done = at(this.acts, told.act);
        if (done) await this.actOnRow(done.row, 'WithdrawTaskAct', { act: done.id, reason });
        return;
      }
      case 'transfer': {
        const [from, to] = [at(this.units, told.from) ?? '', at(this.units, told.to) ?? ''];
        const wish = { row: target.id, from, to, on: plusDays(today, told.effect), document };
        const receipt = await this.actOnPlan('TransferObligation', wish);
        if (!receipt?.entry) return;
        this.planActs.push(receipt.entry);
        target.obligations.push(idOf(target.id, to));
        return;
      }
      case 'end': {
        const unit = at(this.units, told.unit) ?? '';
        const wish = { row: target.id, unit, on: plusDays(today, told.effect), reason };
        const receipt = await this.actOnPlan('EndObligation', wish);
        if (receipt?.entry) this.planActs.push(receipt.entry);
        return;
      }
      case 'withdrawPlanAct': {
        const act = at(this.planActs, told.act);
        if (act !== undefined) await this.actOnPlan('WithdrawPlanAct', { act, reason });
        return;
      }
      case 'amend': {
        const effect = plusDays(today, told.later);
        const content = this.inputOf(told.becomes, `Nhiệm vụ sửa đổi ${this.count}`);
        const row = idOf(this.plan, 'added', this.count);
        const wish = { document, effect, added: [], changed: [], removed: [] };
        const receipt = await this.actOnPlan('AmendPlan', {
          ...wish,
          ...(told.how === 'add' ? { added: [{ row, content }] } : {}),
          ...(told.how === 'change' ? { changed: [{ row: target.id, content }] } : {}),
          ...(told.how === 'remove' ? { removed: [target.id] } : {}),
        });
        if (!receipt || receipt.unchanged) return;
        const of = told.how === 'add' ? row : target.id;
        const obligations = this.units.map((unit) => idOf(of, unit));
        if (told.how === 'add') this.rows.push({ id: of, obligations, due: null, periods: 12 });
        if (told.how === 'change') target.obligations.push(...obligations);
        return;
      }
      case 'reread': {
        const version = at(['2021', ...Object.keys(RULE_SETS)], told.set) ?? '';
        await this.actOnPlan('ApplyRuleSet', { version, document, effect: plusDays(today, told.later), reason });
        return;
      }
      case 'withdrawPromulgation': {
        if (!(await this.actOnPlan('WithdrawPromulgation', { reason }))) return;
        await this.actOnPlan('PromulgatePlan', { document, effect: plusDays(today, 3) });
      }
    }
  }

  private get units(): readonly string[] {
    return [...DEPARTMENTS, ...COMMUNES].map((name) => this.province.id(name));
  }

  private inputOf({ deadline, field, leads, mode }: History['rows'][number], title: string): RowInput {
    const body = this.province.row({ title, leads, deadline: '' }) as { leads: RowInput['leads'] };
    return {
      field,
      code: '',
      title,
      deliverable: '',
      leads: body.leads,
      leadsText: leads.join('; '),
      coordinatingText: '',
      deadline: at(deadlines, deadline)?.(this.year) ?? '',
      funding: '',
      note: '',
      mode,
    };
  }

  private async report(
    obligation: string,
    period: number,
    { complete, back, snap }: { readonly complete: boolean; readonly back: number; readonly snap: boolean },
    due: Day | null,
  ): Promise<{ readonly id: string; readonly obligation: string } | undefined> {
    const day = plusDays(this.province.app.clock.today(), -back);
    const receipt = await this.act(obligation, 'bc', 'ReportWork', {
      period,
      complete,
      percent: complete ? 100 : 40,
      on: snap ? dueDayUpTo(day, due) : day,
      evidence: [{ entry: idOf('evidence', obligation, this.reports.length), ...proof }],
    });
    if (!receipt?.entry) return undefined;
    this.reports.push({ id: receipt.entry, obligation });
    return this.reports.at(-1);
  }

  /** The reports that the rules let a coordinator return as things stand. */
  async answerable(): Promise<readonly string[]> {
    const rules = this.province.app.nest.get(ObligationHandler, { strict: false });
    const answered = this.reports.map(async ({ id, obligation }) => {
      const wish = ['ReturnReport', { report: id, reason }] as const;
      try {
        return (await rules.foresee(new ObligationDispatch(obligation, this.sender('dp2'), ...wish))) ? [id] : [];
      } catch (error) {
        if (error instanceof Refusal) return [];
        throw error;
      }
    });
    return (await Promise.all(answered)).flat().sort();
  }

  private async accept(report: { id: string; obligation: string }, by: string): Promise<void> {
    const receipt = await this.act(report.obligation, by, 'AcceptReport', { report: report.id });
    if (receipt?.entry) this.acceptances.push({ id: receipt.entry, obligation: report.obligation });
  }

  private act<N extends keyof ObligationCommands>(
    id: string,
    by: string,
    name: N,
    data: ObligationCommands[N],
  ): Promise<Receipt | undefined> {
    const command = [name, data] as unknown as CommandOf<ObligationCommands>;
    return this.send(new ObligationDispatch(id, this.sender(by), ...command));
  }

  private actOnRow<N extends keyof TaskCommands>(
    id: string,
    name: N,
    data: TaskCommands[N],
  ): Promise<Receipt | undefined> {
    const command = [name, data] as unknown as CommandOf<TaskCommands>;
    return this.send(new TaskDispatch(id, this.sender('dp0'), ...command));
  }

  private actOnPlan<N extends keyof PlanCommands>(name: N, data: PlanCommands[N]): Promise<Receipt | undefined> {
    const command = [name, data] as unknown as CommandOf<PlanCommands>;
    return this.send(new PlanDispatch(this.plan, this.sender('dp0'), ...command));
  }

  private sender(actor: string): Sender {
    this.count += 1;
    const command = idOf(this.plan, this.count);
    return { actor, unit: null, role: 'coordinator', command, correlation: command, causation: command };
  }

  private async send(dispatch: ObligationDispatch | TaskDispatch | PlanDispatch): Promise<Receipt | undefined> {
    try {
      return await this.bus.execute<ObligationDispatch | TaskDispatch | PlanDispatch, Receipt>(dispatch);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }
}

type Counted = ReturnType<typeof naiveFigures>;

const without = ({ field: _f, numeral: _n, unit: _u, code: _c, quarter: _q, ...counts }: Record<string, unknown>) =>
  counts;

/** The answers of the product in the form in which the naive evaluator gives its own. */
const asCounted = (figures: Record<string, unknown>, tasks: { items: Record<string, unknown>[] }): Counted => {
  const { status, forecast, byField, byUnit, byQuarter } = figures;
  const keyed = (groups: unknown, key: (group: Record<string, unknown>) => unknown) =>
    Object.fromEntries((groups as Record<string, unknown>[]).map((group) => [key(group), without(group)]));
  const counts = [
    ...['completed', 'carriedOut', 'started', 'completedOfDue', 'completedOfYear', 'planned', 'overdue'],
    ...['overdueAwaiting', 'awaiting', 'dueSoon', 'noDueDate', 'suspended', 'periodsOverdue', 'late'],
    ...['lateAgainstOriginal', 'periodsLate'],
  ];
  return {
    status,
    ...Object.fromEntries(counts.map((name) => [name, figures[name]])),
    forecast,
    byField: keyed(byField, ({ code }) => code),
    byQuarter: keyed(byQuarter, ({ quarter }) => quarter),
    byUnit: keyed(byUnit, ({ unit }) => (unit as { id: string }).id),
    rows: tasks.items.map((item) => {
      const flags = item['flags'] as string[];
      const { met, owed } = item['obligations'] as { met: number; owed: number };
      return {
        row: item['id'],
        field: (item['field'] as { code: string }).code,
        due: item['due'],
        originalDue: item['originalDue'],
        workDay: item['workDay'],
        owed,
        met,
        completed: item['state'] === 'completed',
        maintained: item['state'] === 'maintained',
        started: item['state'] !== 'not-started',
        overdue: flags.includes('overdue'),
        dueSoon: flags.includes('due-soon'),
        awaiting: flags.includes('awaiting'),
        suspended: flags.includes('suspended'),
        late: flags.includes('late'),
        lateAgainstOriginal: flags.includes('late-against-original'),
        periodsOverdue: flags.includes('periods-overdue'),
        periodsLate: flags.includes('periods-late'),
      };
    }),
  } as Counted;
};

/** How the counts of two naive figures differ, in the names of a comparison. */
const differenceOf = (first: Counted, second: Counted): Record<string, number> => {
  const named = (figures: Counted): Record<string, number> => {
    const { completed, carriedOut, started, completedOfDue, completedOfYear, ...counts } = figures;
    const { planned, overdue, overdueAwaiting, awaiting, dueSoon, noDueDate, suspended, periodsOverdue } = counts;
    const { late, lateAgainstOriginal, periodsLate } = counts;
    return {
      ...{ tasks: completed.denominator, completed: completed.numerator, carriedOut: carriedOut.numerator },
      ...{ started: started.numerator, due: completedOfDue.denominator, completedOfDue: completedOfDue.numerator },
      ...{ dueInYear: completedOfYear.denominator, completedOfYear: completedOfYear.numerator },
      ...{ planned, overdue, overdueAwaiting, awaiting, dueSoon, noDueDate, suspended, periodsOverdue },
      ...{ late, lateAgainstOriginal, periodsLate },
    };
  };
  const [before, after] = [named(first), named(second)];
  return Object.fromEntries(
    Object.entries(after).flatMap(([name, count]) => {
      const by = count - (before[name] ?? 0);
      return by === 0 ? [] : [[name, by]];
    }),
  );
};

let province: Province | undefined;
let year = 2024;

/** The province, on a year that no history has used; a log's days never go backwards. */
const nextYear = async (): Promise<Province> => {
  year += 2;
  if (year > LAST_YEAR) {
    await province?.close();
    province = undefined;
    year = 2026;
  }
  if (!province) {
    province = await Province.open({ departments: DEPARTMENTS, communes: COMMUNES });
    const bus = province.app.nest.get(CommandBus);
    const document = documentOf('2025-11-01');
    const { calendar: _, calendars: __, ...choices } = shippedRules;
    const send = (...command: CommandOf<RulebookCommands>) => {
      const id = idOf('rulebook', JSON.stringify(command));
      const sender = { actor: 'dp0', unit: null, role: 'coordinator', command: id, correlation: id, causation: id };
      return bus.execute(new RulebookDispatch(RULEBOOK, sender, ...command));
    };
    const entries = [{ day: '2011-01-03', kind: 'compensatory' as const, name: 'Nghỉ bù' }];
    await send('ImportCalendar', { year: 2011, entries, document });
    for (const [version, chosen] of Object.entries(RULE_SETS)) {
      await send('IssueRuleSet', { ...choices, ...chosen, version, since: 2011, document });
    }
  }
  return province;
};

afterAll(() => province?.close());

const read = async (from: Province, after: string | undefined): Promise<StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for await (const batch of from.app.store.readAll(after)) events.push(...batch);
  return events;
};

/** All rows of a view as text, in an order of their own. */
const rowsOf = async ({ app }: Province, view: string): Promise<string[]> => {
  const schema = schemaOf(view);
  const { pool } = app.database;
  const { rows: tables } = await pool.query<{ name: string }>(
    'select tablename as name from pg_tables where schemaname = $1 order by 1',
    [schema],
  );
  const found = await Promise.all(
    tables.map(({ name }) =>
      pool.query<{ row: string }>(`select t::text as row from "${schema}"."${name}" t order by 1`),
    ),
  );
  return found.flatMap(({ rows }) => rows.map(({ row: text }) => text));
};

/** The rows of a plan that was just promulgated. */
const owedIn = (log: readonly StoredEvent[]): OwedRow[] => {
  const dataOf = <Data>(type: string): Data[] =>
    log.filter((event) => event.type === type).map(({ data }) => JSON.parse(data) as Data);
  const [promulgation] = dataOf<PlanEvents['PlanPromulgated']>('PlanPromulgated');
  return dataOf<PlanEvents['RowAdded']>('RowAdded').map(({ row: id, content }) => ({
    id,
    obligations: (promulgation?.obliged ?? [])
      .filter(({ rows }) => rows.includes(id))
      .flatMap(({ units }) => units.map((unit) => idOf(id, unit))),
    due: content.due,
    periods: promulgation?.periods[content.cycle].length ?? 0,
  }));
};

describe('the figures of a plan', () => {
  it('are what its events say, whatever happened and whatever days are asked, and views rebuilt are the live ones', async () => {
    const seen = {
      ...{ completed: 0, maintained: 0, late: 0, overdue: 0, awaiting: 0, suspended: 0, periodsLate: 0 },
      ...{ extended: 0, declared: 0, inherited: 0, added: 0, explained: 0, reread: 0, recounted: 0 },
      ...{ waiting: 0, waitingLeft: 0, left: 0, neverCounted: 0 },
    };
    await fc.assert(
      fc.asyncProperty(history, async ({ rows, effect, steps, questions }) => {
        const here = await nextYear();
        const { app } = here;
        const before = await app.store.end();
        let today = `${year - 1}-12-20`;
        app.clock.set(today);
        const wishes = rows.map(({ deadline, mode, ...rest }, index): RowWish => ({
          ...rest,
          title: `Nhiệm vụ ${index + 1}`,
          deadline: at(deadlines, deadline)?.(year) ?? '',
          mode,
        }));
        const begins = plusDays(`${year}-01-01`, effect);
        const plan = await here.promulgate(year, wishes, begins);
        const telling = new Telling(here, plan.plan, owedIn(await read(here, before)), year);
        for (const { later, act: told } of steps) {
          today = plusDays(today, later);
          app.clock.set(today);
          await telling.tell(told);
        }
        await app.settled();
        const log = await read(here, before);
        const declared = new Set(
          log.filter(({ type }) => type === 'TaskDeclared').map(({ stream }) => stream.slice('task-'.length)),
        );
        seen.inherited += log.filter(
          ({ type, data }) => type === 'ObligationTransferred' && data.includes('"inherits":true'),
        ).length;
        const applied = log
          .filter(({ type }) => type === 'RuleSetApplied')
          .map(({ data }) => JSON.parse(data) as PlanEvents['RuleSetApplied']);
        seen.reread += applied.flatMap(({ dues }) => dues).length;
        seen.recounted += applied.filter(({ periods }) => periods).length;
        const days = [
          ...new Set([
            ...log.flatMap(({ on, data }) => [on, ...((JSON.parse(data) as { due?: string }).due?.split('x') ?? [])]),
            ...log.map(({ recorded }) => recorded.slice(0, 10)),
            ...applied.flatMap(({ dues }) => dues.flatMap(({ due }) => due ?? [])),
            ...applied.flatMap(({ periods }) => periods?.quarterly.flatMap(({ due }) => due ?? []) ?? []),
            ...[begins, today, `${year}-03-20`, `${year}-06-20`, `${year}-12-31`],
          ]),
        ].flatMap((day) => [plusDays(day, -1), day, plusDays(day, 1)]);
        const asked = [
          [today, today],
          [plusDays(begins, -1), today],
          [begins, `${year - 1}-12-19`],
          ...questions.map(([on, recorded]) => [later(days, on), recorded % 2 === 0 ? today : later(days, recorded)]),
        ] as [Day, Day][];
        for (const [on, recorded] of asked) {
          const expected = naiveFigures(log, { plan: plan.plan, on, recorded, today });
          const clocks = `on=${on}&recorded=${recorded}`;
          const office = here.coordinator();
          const figures = await office.get(`/plans/${plan.plan}/progress?${clocks}`).expect(200);
          const tasks = await office.get(`/plans/${plan.plan}/tasks?${clocks}&limit=200`).expect(200);
          const answered = asCounted(figures.body, tasks.body);
          const byRow = (rows: Counted['rows']) => [...rows].sort((a, b) => (a.row < b.row ? -1 : 1));
          expect({ on, recorded, ...answered, rows: byRow(answered.rows) }).toEqual({
            on,
            recorded,
            ...expected,
            rows: byRow(expected.rows),
          });
          // Each year has one plan here: that of the whole tree.
          const tree = await office.get(`/progress?year=${year}&${clocks}`).expect(200);
          const { status, forecast, byField, byQuarter, byUnit: _, rows: __, ...counts } = expected;
          const whole = asCounted({ ...tree.body, status, byUnit: [] }, { items: [] });
          expect(whole).toEqual({ status, forecast, byField, byQuarter, ...counts, byUnit: {}, rows: [] });
          expect(tree.body.items).toMatchObject([{ plan: { id: plan.plan }, status, ...counts }]);
          const { completed, carriedOut, started } = answered;
          const nested = [0, completed.numerator, carriedOut.numerator, started.numerator, started.denominator];
          expect(nested).toEqual([...nested].sort((a, b) => a - b));
          for (const one of expected.rows) {
            for (const name of [
              'completed',
              'maintained',
              'late',
              'overdue',
              'awaiting',
              'suspended',
              'periodsLate',
            ] as const) {
              if (one[name]) seen[name] += 1;
            }
            if (one.completed && declared.has(one.row)) seen.declared += 1;
            if (!plan.rows.includes(one.row)) seen.added += 1;
            if (one.due !== one.originalDue) seen.extended += 1;
          }
        }
        const waits = (await here.coordinator().get(`/plans/${plan.plan}/waiting-reports?limit=200`).expect(200)).body;
        type Waits = { readonly report: string; readonly left: Day | null };
        expect(waits.items.map(({ report }: Waits) => report).sort()).toEqual(await telling.answerable());
        seen.waiting += waits.items.filter(({ left }: Waits) => left === null).length;
        seen.waitingLeft += waits.items.filter(({ left }: Waits) => left !== null).length;
        const owing = (await here.coordinator().get(`/plans/${plan.plan}/obligations?limit=200`).expect(200)).body;
        const inForce = new Set(owing.items.map(({ id }: { id: string }) => id));
        const { rows: begun } = await app.database.pool.query<{ id: string }>(
          `select distinct obligation as id from view_progress.obligation
           where plan = $1 and until = $2 and holds and "on" <= $3`,
          [plan.plan, OPEN, today],
        );
        for (const { id } of today < begins ? [] : begun) {
          const { body } = await here.coordinator().get(`/obligations/${id}`).expect(200);
          const { left, leftBecause, counted } = body.obligation;
          expect([id, left === null, leftBecause === null]).toEqual([id, inForce.has(id), inForce.has(id)]);
          if (left !== null) seen[counted ? 'left' : 'neverCounted'] += 1;
        }
        for (const [first, second] of [
          [asked[3], asked[4]],
          [asked[0], asked[5]],
        ] as [[Day, Day], [Day, Day]][]) {
          const { body } = await here
            .coordinator()
            .get(
              `/plans/${plan.plan}/progress/comparison?limit=200&on1=${first[0]}&recorded1=${first[1]}` +
                `&on2=${second[0]}&recorded2=${second[1]}`,
            )
            .expect(200);
          expect({ first, second, difference: body.difference }).toEqual({
            first,
            second,
            difference: differenceOf(
              naiveFigures(log, { plan: plan.plan, on: first[0], recorded: first[1], today }),
              naiveFigures(log, { plan: plan.plan, on: second[0], recorded: second[1], today }),
            ),
          });
          const items = body.items as { change: object; kind: string; entries: object[] }[];
          seen.explained += items.filter(({ kind, entries }) => kind === 'entry' && entries.length > 0).length;
          for (const { change } of items) expect(Object.keys(change)).not.toEqual([]);
        }
      }),
      { numRuns: HISTORIES, seed: SEED },
    );
    const here = province as Province;
    for (const view of here.app.projector.views) {
      const live = await rowsOf(here, view.name);
      await here.app.projector.rebuild(view.name);
      expect({ view: view.name, rows: await rowsOf(here, view.name) }).toEqual({ view: view.name, rows: live });
    }
    for (const [name, times] of Object.entries(seen)) expect([name, times > 0]).toEqual([name, true]);
  }, 300_000);
});
