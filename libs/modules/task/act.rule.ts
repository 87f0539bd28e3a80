import { countingOn, existingDay, isSame, Refusal, refusal, type Day, type Document, type TextRef } from '#kernel';

/** What is done to a whole row beside extending it. */
export type ActKind = 'suspend' | 'resume' | 'cancel' | 'reopen' | 'declare';

/** An act as it stands: with its facts as corrected, at the place at which it was first recorded. */
export type RowAct = {
  readonly entry: string;
  readonly kind: ActKind;
  /** The day of effect in its document. */
  readonly on: Day;
  /** The position at which it was first recorded. */
  readonly at: string;
  readonly document: Document;
  readonly version: number;
};

/** What is asked for with an act; `on` is the day of effect, for a declaration the day that the document names. */
export type ActWish = { on: string; document: Document; reason: TextRef };
export type ActCorrection = {
  act: string;
  changes: { on?: string; document?: Document };
  reason: TextRef;
  document?: Document;
};
export type ActWithdrawal = { act: string; reason: TextRef; document?: Document };

/** What an act says of a row: each kind says one thing, and another one takes it back. */
const SAYS: Readonly<
  Record<ActKind, { readonly what: 'suspended' | 'cancelled' | 'declared'; readonly holds: boolean }>
> = {
  suspend: { what: 'suspended', holds: true },
  resume: { what: 'suspended', holds: false },
  cancel: { what: 'cancelled', holds: true },
  reopen: { what: 'cancelled', holds: false },
  declare: { what: 'declared', holds: true },
};

/** The refusal of an act that says what is said already. */
const AGAIN: Readonly<Record<ActKind, (on: Day) => Refusal>> = {
  suspend: (on) => refusal('conflict', 'suspended-already', { on }),
  resume: (on) => refusal('conflict', 'not-suspended', { on }),
  cancel: (on) => refusal('conflict', 'cancelled-already', { on }),
  reopen: (on) => refusal('conflict', 'not-cancelled', { on }),
  declare: (on) => refusal('conflict', 'declared-already', { on }),
};

/** Whether a row is suspended, cancelled or declared completed on a day, by acts in the order of recording. */
export const is = (
  what: 'suspended' | 'cancelled' | 'declared',
  acts: readonly Pick<RowAct, 'kind' | 'on'>[],
  day: Day,
): boolean => {
  const last = countingOn(
    acts.filter(({ kind }) => SAYS[kind].what === what),
    day,
  );
  return last !== undefined && SAYS[last.kind].holds;
};

/** Throws the refusal of an act that says nothing new on its day, by the acts recorded before it. */
const judge = (before: readonly RowAct[], { kind, on }: Pick<RowAct, 'kind' | 'on'>): void => {
  const { what, holds } = SAYS[kind];
  if (kind === 'declare' ? before.some((one) => one.kind === kind) : is(what, before, on) === holds) {
    throw AGAIN[kind](on);
  }
  if (what !== 'cancelled' && is('cancelled', before, on)) throw refusal('conflict', 'row-left-the-plan');
};

/** Judges all acts again in the order of recording, one of them changed or gone; another one that breaks is named. */
const judgeAgain = (acts: readonly RowAct[], entry: string, changed: RowAct | undefined): void => {
  const before: RowAct[] = [];
  for (const old of acts) {
    const act = old.entry === entry ? changed : old;
    if (!act) continue;
    try {
      judge(before, act);
    } catch (error) {
      if (act === changed || !(error instanceof Refusal)) throw error;
      throw refusal('conflict', 'breaks-later-act', { entry: act.entry, kind: act.kind, because: error.code });
    }
    before.push(act);
  }
};

/** The facts of an act that is wished for, and its day; throws the refusal. */
export const act = (acts: readonly RowAct[], kind: ActKind, wish: ActWish, today: Day) => {
  const on = existingDay(wish.on);
  if (kind === 'declare' && on > today) throw refusal('invalid', 'declared-in-future', { day: on });
  judge(acts, { kind, on });
  return { facts: { document: wish.document, reason: wish.reason }, on };
};

const found = (acts: readonly RowAct[], entry: string): RowAct => {
  const one = acts.find((candidate) => candidate.entry === entry);
  if (!one) throw refusal('absent', 'entry.absent');
  return one;
};

/** The new facts of an act that is corrected; throws the refusal. */
export const correctAct = (
  acts: readonly RowAct[],
  { act: id, changes, reason, document }: ActCorrection,
  { entry, today }: { readonly entry: string; readonly today: Day },
) => {
  const old = found(acts, id);
  const permit = changes.document ?? old.document;
  const effect = existingDay(changes.on ?? old.on);
  if (effect === old.on && isSame(permit, old.document)) throw refusal('invalid', 'nothing-changed');
  if (old.kind === 'declare' && effect > today) throw refusal('invalid', 'declared-in-future', { day: effect });
  judgeAgain(acts, id, { ...old, on: effect, document: permit });
  return { entry, act: id, version: old.version + 1, effect, permit, reason, ...(document ? { document } : {}) };
};

/** The facts of an act's withdrawal; throws the refusal. */
export const withdrawAct = (acts: readonly RowAct[], { act: id, reason, document }: ActWithdrawal, entry: string) => {
  const old = found(acts, id);
  judgeAgain(acts, id, undefined);
  return { entry, act: id, version: old.version, reason, ...(document ? { document } : {}) };
};
