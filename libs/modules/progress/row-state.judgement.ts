import type { Day } from '#kernel';

/**
 * What a row is on some day D, as one number: a sum of these, and of the quarter of its due date in force. 0 is what does
 * not stand in the base.
 */
export const STATE = {
  base: 1,
  completed: 1 << 1,
  maintained: 1 << 2,
  started: 1 << 3,
  due: 1 << 4,
  planned: 1 << 5,
  overdue: 1 << 6,
  awaiting: 1 << 7,
  dueSoon: 1 << 8,
  suspended: 1 << 9,
  periodsOverdue: 1 << 10,
  late: 1 << 11,
  lateAgainstOriginal: 1 << 12,
  periodsLate: 1 << 13,
  claimed: 1 << 14,
  evidenced: 1 << 15,
} as const;

/** From this bit on a state counts quarters since 1900, beginning with 1; 0 is no due date. */
const QUARTER = 16;
const FIRST_YEAR = 1900;

/** Year and quarter (1–4) of the due date of a state; undefined without one. */
export const quarterOfState = (state: number): { readonly year: number; readonly quarter: number } | undefined => {
  const count = (state >> QUARTER) - 1;
  return count < 0 ? undefined : { year: FIRST_YEAR + (count >> 2), quarter: (count & 3) + 1 };
};

/** Days are numbers here, counted from 1970: small whole ones, which the engine holds without making an object of each. */
type DayNumber = number;
const NEVER: DayNumber = 2 ** 30 - 1;
/** How many days before its due date a row is due soon. */
const SOON = 15;

const numbers = new Map<string, DayNumber>();
const numberOf = (day: string): DayNumber => {
  let number = numbers.get(day);
  if (number === undefined) numbers.set(day, (number = (Date.parse(day) / 86_400_000) | 0));
  return number;
};
const texts = new Map<DayNumber, { readonly day: Day; readonly quarter: number }>();
const textOf = (number: DayNumber): { readonly day: Day; readonly quarter: number } => {
  let text = texts.get(number);
  if (text === undefined) {
    const day = new Date(number * 86_400_000).toISOString().slice(0, 10);
    const quarter = (Number(day.slice(0, 4)) - FIRST_YEAR) * 4 + Math.floor((Number(day.slice(5, 7)) - 1) / 3) + 1;
    texts.set(number, (text = { day, quarter: Math.max(1, quarter) << QUARTER }));
  }
  return text;
};
const dueOf = (due: string | null): DayNumber => (due === null ? NEVER : numberOf(due));

/** Lets a fact take the place of what was said before at `index` (-1: nothing was); of one that has ended nothing is kept. */
const keepAt = <Fact>(list: Fact[], index: number, fact: Fact, ended: boolean): void => {
  if (ended) {
    if (index >= 0) list.splice(index, 1);
  } else if (index >= 0) list[index] = fact;
  else list.push(fact);
};
/** Facts of one key replace each other. */
const keep = <Fact extends { readonly key: string }>(list: Fact[], fact: Fact, ended: boolean): void =>
  keepAt(
    list,
    list.findIndex(({ key }) => key === fact.key),
    fact,
    ended,
  );

/** Of facts that follow each other the one with the greatest day ≤ D counts, of equals the one entered last. */
type Following = { readonly on: DayNumber; readonly entered: number };
const lastOf = <Fact extends Following>(all: readonly Fact[], day: DayNumber): Fact | undefined => {
  let last: Fact | undefined;
  for (const fact of all) {
    if (fact.on > day) continue;
    if (!last || fact.on > last.on || (fact.on === last.on && fact.entered > last.entered)) last = fact;
  }
  return last;
};
const from = <Fact extends { readonly entered: number }>(facts: readonly Fact[], since: number): readonly Fact[] =>
  facts.every(({ entered }) => entered >= since) ? facts : facts.filter(({ entered }) => entered >= since);

/** Of due dates in force the one of the greatest rank counts, of equals the one entered last, then the one said last. */
const dueOn = (all: readonly Due[], day: DayNumber): DayNumber => {
  let last: Due | undefined;
  for (const fact of all) {
    if (fact.on > day) continue;
    const order = last ? fact.ranks - last.ranks || fact.entered - last.entered || fact.since - last.since : 1;
    if (order > 0) last = fact;
  }
  return last ? last.due : NEVER;
};
const duesFrom = (facts: readonly Due[], start: number): readonly Due[] =>
  facts.every(({ since }) => since >= start) ? facts : facts.filter(({ since }) => since >= start);

type Period = Following & {
  readonly key: string;
  readonly cycle: string;
  readonly period: number;
  readonly due: DayNumber;
};
/** The periods that a row owes from a day on: their numbers, and the due day of each. */
type Owed = { readonly on: DayNumber; readonly numbers: readonly number[]; readonly dues: readonly DayNumber[] };
const owedOn = (owed: readonly Owed[], day: DayNumber): Owed => {
  let place = owed.length - 1;
  while (place > 0 && (owed[place] as Owed).on > day) place -= 1;
  return owed[place] as Owed;
};

/** What is in force of a plan: its last promulgation and its periods. */
export class PlanAccount {
  number = 0;
  since = 0;
  /** `since` as views hold it. */
  promulgation = '0';
  private readonly periods: Period[] = [];
  private readonly owed = new Map<string, readonly Owed[]>();

  promulgated(fact: { readonly number: number; readonly since: string }): void {
    if (fact.number < this.number) return;
    this.number = fact.number;
    this.since = Number(fact.since);
    this.promulgation = fact.since;
    this.owed.clear();
  }

  period(
    fact: Since & {
      readonly cycle: string;
      readonly period: number;
      readonly on: string;
      readonly due: string | null;
    },
    ended: boolean,
  ): void {
    const { cycle, period, since } = fact;
    const key = `${cycle} ${period} ${since}`;
    const due = dueOf(fact.due);
    keep(this.periods, { key, on: numberOf(fact.on), entered: Number(since), cycle, period, due }, ended);
    this.owed.clear();
  }

  /** The periods of a cycle from a number on, as they are on the days on which they change. */
  owedOf(cycle: string, first: number): readonly Owed[] {
    const key = `${cycle} ${first}`;
    let owed = this.owed.get(key);
    if (!owed) {
      const periods = from(this.periods, this.since).filter((one) => one.cycle === cycle && one.period >= first);
      const numbers = distinct(periods.map(({ period }) => period));
      const days = distinct(periods.map(({ on }) => on));
      owed = (days.length === 0 ? [-NEVER] : days).map((on) => {
        const known = numbers.flatMap(
          (number) =>
            lastOf(
              periods.filter(({ period }) => period === number),
              on,
            ) ?? [],
        );
        return { on, numbers: known.map(({ period }) => period), dues: known.map(({ due }) => due) };
      });
      this.owed.set(key, owed);
    }
    return owed;
  }
}

type RowFact = Following & {
  readonly key: string;
  readonly holds: boolean;
  readonly firstPeriod: number;
  readonly field: string;
  readonly original: DayNumber;
  readonly cycle: string;
  readonly mode: string;
  readonly share: number;
};
type Standing = Following & { readonly key: string; readonly kind: string; readonly holds: boolean };
type Due = Following & {
  readonly key: string;
  readonly ranks: DayNumber;
  readonly since: number;
  readonly due: DayNumber;
};
type Owing = Following & { readonly key: string; readonly holds: boolean; readonly inherits: string | null };
type Report = {
  readonly report: string;
  readonly version: number;
  /** 0, or where it ended so that the version waited again. */
  readonly stage: string;
  readonly period: number;
  readonly complete: boolean;
  readonly evidenced: boolean;
  readonly returned: boolean;
  readonly accepted: boolean;
  readonly on: DayNumber;
};

/** What one obligation is from each of some days on. */
type Steps = {
  readonly days: readonly DayNumber[];
  readonly flags: readonly number[];
  readonly works: readonly DayNumber[];
};
const OWED = {
  completed: 1,
  maintained: 2,
  behind: 4,
  started: 8,
  waiting: 16,
  late: 32,
  claimed: 64,
  evidenced: 128,
  overdue: 256,
  inForce: 512,
} as const;

class ObligationAccount {
  readonly owing: Owing[] = [];
  readonly dues: Due[] = [];
  readonly reports: Report[] = [];
  /** What it was found to be, and under which conditions of its row. */
  steps: Steps | undefined;
  under: Under | undefined;
}

/** What an obligation's steps depend on beside its own facts. */
type Under = {
  /** The position of the promulgation. */
  readonly since: number;
  /** The due dates of its row. */
  readonly dues: readonly Due[];
  readonly owed: readonly Owed[];
  readonly suspended: boolean;
  /** The days in question: up to the day before `until`. */
  readonly from: DayNumber;
  readonly until: DayNumber;
};

/** How a row stands in the plan from a day on: facts about the whole row. */
type Terms = {
  readonly on: DayNumber;
  readonly fact: RowFact;
  readonly suspended: boolean;
  readonly declared: DayNumber;
};

const bitsOf = (mask: number): number => {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
};
const ascending = (a: number, b: number): number => a - b;
/** Sorts the first `count` of a list of days, mostly few. */
const sorted = (days: DayNumber[], count: number): DayNumber[] => {
  if (count > 40) {
    for (const [index, day] of days.slice(0, count).sort(ascending).entries()) days[index] = day;
    return days;
  }
  for (let index = 1; index < count; index += 1) {
    const day = days[index] as number;
    let place = index;
    for (; place > 0 && (days[place - 1] as number) > day; place -= 1) days[place] = days[place - 1] as number;
    days[place] = day;
  }
  return days;
};
/** Puts the first `count` of a list of days in order, each once; answers how many that are. */
const ordered = (days: DayNumber[], count: number): number => {
  sorted(days, count);
  let length = 0;
  for (let index = 0; index < count; index += 1) {
    const day = days[index] as number;
    if (length === 0 || day !== days[length - 1]) days[length++] = day;
  }
  return length;
};
const distinct = (days: DayNumber[]): readonly DayNumber[] => days.slice(0, ordered(days, days.length));

/**
 * Lists that are filled anew for every row and obligation, from their first place; what is found is copied out of them. A
 * rebuild judges hundreds of thousands of times, and lists that grew in it, or were cut, were a third of what it threw away.
 */
const used = {
  days: [] as DayNumber[],
  flags: [] as number[],
  works: [] as DayNumber[],
  breaks: [] as DayNumber[],
  steps: [] as Steps[],
  places: [] as number[],
  met: [] as DayNumber[],
  done: [] as DayNumber[],
  said: [] as Saying[],
};

/** In which field a row stands, the days on which its state changes, and to what. */
export type Judged = { readonly field: string; readonly days: readonly Day[]; readonly states: readonly number[] };
type Saying = { field: string; count: number; readonly days: Day[]; readonly states: number[] };

/** A fact as a view holds it: days and positions are text. */
type Since = { readonly since: string };
type Entered = Since & { readonly entered: string; readonly on: string };

/** Says what a row is from a day on in the field in which it stands; where it stood before it is nothing more. */
const say = (fields: Saying[], field: string, day: DayNumber, state: number): void => {
  let said: Saying | undefined;
  for (const one of fields) {
    if (one.field === field) said = one;
    else if (one.states[one.count - 1] !== 0) sayAlso(one, day, 0);
  }
  if (!said) {
    if (state === 0) return;
    said = used.said[fields.length] ??= { field, count: 0, days: [], states: [] };
    said.field = field;
    said.count = 0;
    fields.push(said);
  } else if (said.states[said.count - 1] === state) return;
  sayAlso(said, day, state);
};
const sayAlso = (said: Saying, day: DayNumber, state: number): void => {
  said.days[said.count] = textOf(day).day;
  said.states[said.count] = state;
  said.count += 1;
};

const NO_STEPS: Steps = { days: [], flags: [], works: [] };

/** Everything that counts of a row now, and what follows from it for every day D (`counting.md`, section 3). */
export class RowAccount {
  private readonly facts: RowFact[] = [];
  private readonly standings: Standing[] = [];
  private readonly dues: Due[] = [];
  private readonly obligations = new Map<string, ObligationAccount>();
  private inherited = false;
  /** Rows as they stand in `row_now`, by field. */
  readonly shown = new Map<
    string,
    {
      readonly begins: Day;
      readonly promulgation: string;
      readonly days: readonly Day[] | string;
      readonly states: readonly number[] | string;
    }
  >();

  row(
    fact: Since & {
      readonly on: string;
      readonly holds: boolean;
      readonly firstPeriod: number;
      readonly field: string;
      readonly due: string | null;
      readonly cycle: string;
      readonly mode: string;
      readonly share: number | null;
    },
    ended: boolean,
  ): void {
    const { holds, firstPeriod, field, cycle, mode } = fact;
    const [on, entered, original] = [numberOf(fact.on), Number(fact.since), dueOf(fact.due)];
    const share = fact.share ?? 0;
    keep(this.facts, { key: fact.since, on, entered, holds, firstPeriod, field, original, cycle, mode, share }, ended);
  }

  standing(
    fact: Entered & {
      readonly entry: string;
      readonly version: number;
      readonly kind: string;
      readonly holds: boolean;
    },
    ended: boolean,
  ): void {
    const { kind, holds } = fact;
    const key = `${fact.entry} ${fact.version}`;
    keep(this.standings, { key, kind, holds, on: numberOf(fact.on), entered: Number(fact.entered) }, ended);
  }

  due(
    task: string,
    fact: Entered & {
      readonly entry: string;
      readonly version: number;
      readonly subject: string;
      readonly ranks: string;
      readonly due: string | null;
    },
    ended: boolean,
  ): void {
    const key = `${fact.entry} ${fact.version}`;
    const due = {
      key,
      on: numberOf(fact.on),
      ranks: numberOf(fact.ranks),
      entered: Number(fact.entered),
      since: Number(fact.since),
      due: dueOf(fact.due),
    };
    if (fact.subject === task) {
      keep(this.dues, due, ended);
      for (const obligation of this.obligations.values()) obligation.steps = undefined;
    } else keep(this.touched(fact.subject).dues, due, ended);
  }

  obligation(
    fact: Since & {
      readonly obligation: string;
      readonly entry: string;
      readonly on: string;
      readonly holds: boolean;
      readonly inherits: string | null;
    },
    ended: boolean,
  ): void {
    const { holds, inherits } = fact;
    const owing = { key: fact.entry, on: numberOf(fact.on), entered: Number(fact.since), holds, inherits };
    keep(this.touched(fact.obligation).owing, owing, ended);
    if (inherits !== null) this.inherited = true;
  }

  /**
   * Answers false when nothing follows from it: one that is not complete says that work has begun, which another may have
   * said of that day or before, and how it was answered changes no figure.
   */
  report(
    fact: {
      readonly obligation: string;
      readonly report: string;
      readonly version: number;
      readonly ended: string;
      readonly period: number;
      readonly complete: boolean;
      readonly evidenced: boolean;
      readonly on: string;
    },
    returned: boolean,
    accepted: boolean,
    ended: boolean,
  ): boolean {
    const { report, version, ended: stage, period, complete, evidenced } = fact;
    const on = numberOf(fact.on);
    const account = this.accountOf(fact.obligation);
    const { reports } = account;
    const before = reports.findIndex((one) => one.report === report && one.version === version && one.stage === stage);
    const matters = complete || ended || !(before >= 0 || reports.some((one) => one.on <= on));
    const kept = { report, version, stage, period, complete, evidenced, returned, accepted, on };
    keepAt(reports, before, kept, ended);
    if (matters) account.steps = undefined;
    return matters;
  }

  private accountOf(obligation: string): ObligationAccount {
    let account = this.obligations.get(obligation);
    if (!account) this.obligations.set(obligation, (account = new ObligationAccount()));
    return account;
  }

  private touched(obligation: string): ObligationAccount {
    const account = this.accountOf(obligation);
    account.steps = undefined;
    return account;
  }

  /** For each field in which the row stands: the days on which its state changes, and to what. */
  judged(plan: PlanAccount): readonly Judged[] {
    const terms = this.terms(plan.since);
    const dues = duesFrom(this.dues, plan.since);
    const fields: Saying[] = [];
    for (let index = 0; index < terms.length; index += 1) {
      const term = terms[index] as Terms;
      const until = terms[index + 1]?.on ?? NEVER;
      if (term.fact.holds) this.within(plan, dues, term, until, fields);
      else say(fields, term.fact.field, term.on, 0);
    }
    return fields.map(({ field, count, days, states }) => ({
      field,
      days: days.slice(0, count),
      states: states.slice(0, count),
    }));
  }

  /** The facts about the whole row in the order of their days; a cancelled row does not hold. */
  private terms(since: number): readonly Terms[] {
    const facts = from(this.facts, since);
    const standings = from(this.standings, since);
    const [only] = facts;
    if (only && facts.length === 1 && standings.length === 0) {
      return [{ on: only.on, fact: only, suspended: false, declared: NEVER }];
    }
    const days = distinct([...facts, ...standings].map(({ on }) => on));
    const terms: Terms[] = [];
    for (const on of days) {
      const fact = lastOf(facts, on);
      if (!fact) continue;
      const of = (kind: string): Standing | undefined =>
        standings.length === 0
          ? undefined
          : lastOf(
              standings.filter((one) => one.kind === kind),
              on,
            );
      const holds = fact.holds && of('cancelled')?.holds !== true;
      const suspended = of('suspended')?.holds === true;
      terms.push({ on, fact: { ...fact, holds }, suspended, declared: of('declared')?.on ?? NEVER });
    }
    return terms;
  }

  /** The states of the days from `term.on` to the day before `until`, on which the row stands under these terms. */
  private within(
    plan: PlanAccount,
    dues: readonly Due[],
    { on, fact, suspended, declared }: Terms,
    until: DayNumber,
    fields: Saying[],
  ): void {
    const owed = plan.owedOf(fact.cycle, fact.firstPeriod);
    const { steps: all, breaks, places: at, met: works } = used;
    let owing = 0;
    let broken = 1;
    breaks[0] = on;
    const add = (day: DayNumber): void => {
      if (day > on && day < until) breaks[broken++] = day;
    };
    for (const [id, obligation] of this.obligations) {
      const { under } = obligation;
      const same = under && under.owed === owed && under.suspended === suspended && under.from === on;
      if (!obligation.steps || !same || under.until !== until || this.inherited) {
        obligation.under = { since: plan.since, dues, owed, suspended, from: on, until };
        obligation.steps = this.stepsOf(id, obligation, obligation.under);
      }
      if (obligation.steps.days.length === 0) continue;
      all[owing] = obligation.steps;
      at[owing++] = -1;
      for (const day of obligation.steps.days) add(day);
    }
    for (const due of dues) {
      add(due.on);
      if (due.due === NEVER) continue;
      add(due.due - SOON);
      add(due.due);
      add(due.due + 1);
    }
    if (fact.original !== NEVER) add(fact.original);
    for (const one of owed) add(one.on);
    const days = ordered(breaks, broken);
    for (let nth = 0; nth < days; nth += 1) {
      const day = breaks[nth] as number;
      let count = 0;
      let met = 0;
      let maintaining = 0;
      let claimed = 0;
      let evidenced = 0;
      let some = 0;
      let open = 0;
      let waiting = 0;
      for (let index = 0; index < owing; index += 1) {
        const { days: steps, flags, works: done } = all[index] as Steps;
        let place = at[index] as number;
        while (place + 1 < steps.length && (steps[place + 1] as number) <= day) place += 1;
        at[index] = place;
        const flag = place < 0 ? 0 : (flags[place] as number);
        if ((flag & OWED.inForce) === 0) continue;
        count += 1;
        some |= flag;
        if ((flag & OWED.maintained) !== 0) maintaining += 1;
        if ((flag & OWED.claimed) !== 0) claimed += 1;
        if ((flag & OWED.evidenced) !== 0) evidenced += 1;
        if ((flag & OWED.completed) !== 0) {
          works[met++] = done[place] as number;
        } else {
          open += 1;
          if ((flag & OWED.waiting) !== 0) waiting += 1;
        }
      }
      const needed = fact.mode === 'share' ? Math.floor((fact.share * count + 99) / 100) : count;
      const byDeclaration = fact.mode === 'declared' || count === 0;
      const work = byDeclaration
        ? declared
        : met >= needed && needed > 0
          ? (sorted(works, met)[needed - 1] as number)
          : NEVER;
      const completed = work !== NEVER;
      const due = dueOn(dues, day);
      // A row that was added late in the year may owe a single period of its cycle: it keeps nothing up, but may be late.
      const hasSeveral = owedOn(owed, day).numbers.length > 1;
      const pending = !completed && !suspended;
      const { base, planned, late, lateAgainstOriginal } = STATE;
      let state: number = base;
      if (due !== NEVER) state += textOf(due).quarter;
      if (completed) {
        state |= STATE.completed;
        const dueThen = dueOn(dues, work);
        if (work > dueThen) state |= late;
        if (work > fact.original) state |= lateAgainstOriginal;
      } else {
        if (!byDeclaration && hasSeveral && maintaining >= needed) state |= STATE.maintained;
        if (open > 0 && waiting === open) state |= STATE.awaiting;
        if ((some & OWED.behind) !== 0) state |= STATE.periodsOverdue;
      }
      if ((some & OWED.started) !== 0 || completed) state |= STATE.started;
      if (due <= day) state |= STATE.due;
      if (fact.original <= day) state |= planned;
      if (pending && (byDeclaration ? due < day : (some & OWED.overdue) !== 0)) state |= STATE.overdue;
      if (pending && day <= due && due <= day + SOON) state |= STATE.dueSoon;
      if (suspended) state |= STATE.suspended;
      if ((some & OWED.late) !== 0) state |= STATE.periodsLate;
      if (count > 0 && claimed >= needed) state |= STATE.claimed;
      if (count > 0 && evidenced >= needed) state |= STATE.evidenced;
      say(fields, fact.field, day, state);
    }
  }

  /** The obligations whose acceptances and reports count for one on a day: it and those that were handed on to it. */
  private lineOf(
    id: string,
    obligation: ObligationAccount,
    since: number,
    day: DayNumber,
  ): readonly ObligationAccount[] {
    if (!this.inherited) return [obligation];
    const line = new Map([[id, obligation]]);
    for (const one of line.values()) {
      for (const { holds, on, inherits } of from(one.owing, since)) {
        const account = holds && on <= day && inherits !== null ? this.obligations.get(inherits) : undefined;
        if (inherits !== null && account) line.set(inherits, account);
      }
    }
    return [...line.values()];
  }

  private stepsOf(id: string, obligation: ObligationAccount, under: Under): Steps {
    const { since, suspended } = under;
    const owing = from(obligation.owing, since);
    if (owing.length === 0) return NO_STEPS;
    const own = duesFrom(obligation.dues, since);
    const dues = own.length === 0 ? under.dues : [...under.dues, ...own];
    const relatives = this.inherited ? [...this.obligations.values()] : [obligation];
    const { days, flags: said, works, done } = used;
    let count = 1;
    days[0] = under.from;
    const add = (day: DayNumber): void => {
      if (day > under.from && day < under.until) days[count++] = day;
    };
    for (const { on } of owing) add(on);
    for (const one of relatives) {
      if (one !== obligation) for (const { on } of one.owing) add(on);
      for (const { on } of one.reports) add(on);
    }
    for (const { on, dues: fallen } of under.owed) {
      add(on);
      for (const due of fallen) if (due !== NEVER) add(due + 1);
    }
    for (const { on, due } of dues) {
      add(on);
      if (due !== NEVER) add(due + 1);
    }
    // Of the days those are kept, from the first place on, on which something changes.
    let kept = 0;
    const length = ordered(days, count);
    for (let nth = 0; nth < length; nth += 1) {
      const day = days[nth] as number;
      if (lastOf(owing, day)?.holds !== true) {
        if (kept > 0 && said[kept - 1] !== 0) {
          days[kept] = day;
          said[kept] = 0;
          works[kept++] = NEVER;
        }
        continue;
      }
      const owed = owedOn(under.owed, day);
      let met = 0;
      let claimed = 0;
      let evidenced = 0;
      let flags: number = OWED.inForce;
      for (const one of this.lineOf(id, obligation, since, day)) {
        for (const { on, period, complete, returned, accepted, evidenced: hasEvidence } of one.reports) {
          if (on > day) continue;
          flags |= OWED.started;
          if (!complete || returned) continue;
          claimed |= 1 << period;
          if (hasEvidence) evidenced |= 1 << period;
          if (!accepted) {
            flags |= OWED.waiting;
            continue;
          }
          const index = owed.numbers.indexOf(period);
          if (index < 0) continue;
          // Of several that are accepted of one period the earliest counts, so that no later one moves its day.
          if ((met & (1 << index)) === 0 || on < (done[index] as number)) done[index] = on;
          met |= 1 << index;
        }
      }
      const needed = owed.numbers.length;
      let last = -1;
      let fallen = 0;
      let fallenMet = 0;
      for (let index = 0; index < needed; index += 1) {
        if ((met & (1 << index)) !== 0) {
          const on = done[index] as number;
          if (on > last) last = on;
          const then = owedOn(under.owed, on);
          if (on > (then.dues[then.numbers.indexOf(owed.numbers[index] as number)] ?? NEVER)) flags |= OWED.late;
        }
        if ((owed.dues[index] as number) >= day) continue;
        if (!suspended) fallen += 1;
        if ((met & (1 << index)) !== 0) fallenMet += 1;
      }
      const completed = bitsOf(met) === needed;
      if (completed) flags |= OWED.completed;
      if (met !== 0 && fallenMet >= fallen) flags |= OWED.maintained;
      if (fallenMet < fallen) flags |= OWED.behind;
      if (bitsOf(claimed) >= needed) flags |= OWED.claimed;
      if (bitsOf(evidenced) >= needed) flags |= OWED.evidenced;
      if (!completed && !suspended && dueOn(dues, day) < day) flags |= OWED.overdue;
      const work = completed && last >= 0 ? last : NEVER;
      if (kept > 0 && said[kept - 1] === flags && works[kept - 1] === work) continue;
      days[kept] = day;
      said[kept] = flags;
      works[kept++] = work;
    }
    return { days: days.slice(0, kept), flags: said.slice(0, kept), works: works.slice(0, kept) };
  }
}
