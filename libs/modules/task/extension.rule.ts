import {
  checkDocument,
  existingDay,
  isSame,
  OPEN,
  Refusal,
  refusal,
  type Day,
  type Document,
  type TextRef,
} from '#kernel';

/** A due date, the day from which it is in force, and the position at which it was recorded. */
export type DueFact = {
  readonly due: Day | null;
  readonly effect: Day;
  readonly at: string;
  /** The place of the text that rules have read it from: it stands there, so that rules move no extension. */
  readonly text?: { readonly effect: Day; readonly at: string };
};

/** The due dates of a row: what it had at first, what amendments and rules made of it, its extensions that stand. */
export type RowDues = {
  readonly due: Day | null;
  readonly at: string;
  readonly amended: readonly DueFact[];
  readonly extensions: readonly DueFact[];
};

/** An extension as it stands: with its facts as corrected, at the place at which it was first recorded. */
export type Extension = {
  readonly entry: string;
  readonly due: Day;
  readonly effect: Day;
  readonly at: string;
  readonly document: Document;
  readonly withReason: boolean;
  readonly version: number;
  readonly withdrawn: boolean;
};

/** What is asked for with an extension; `on` is the document's day of effect. */
export type ExtensionWish = { due: string; on: string; document: Document; reason?: TextRef };

export type ExtensionCorrection = {
  extension: string;
  changes: { due?: string; on?: string; document?: Document };
  reason: TextRef;
  document?: Document;
};

export type ExtensionWithdrawal = { extension: string; reason: TextRef; document?: Document };

/** What an extension did: the due date it moved, and whether it came after it ("gia hạn sau hạn"). */
type Verdict = { readonly before: Day; readonly afterDue: boolean };
/**
 * `completedAt`: the position from which all that the extension is about is completed; null while something is open.
 * `resting`: of a row, the extensions of its obligations.
 */
type Known = {
  readonly entry: string;
  readonly today: Day;
  readonly completedAt: string | null;
  readonly resting?: readonly Resting[];
};

/** What an extension is judged by. */
type Judged = Pick<Extension, 'entry' | 'due' | 'effect' | 'at' | 'withReason'>;

/** The extensions of one obligation that stand, judged by the due dates of its row too; and when all of it was completed. */
export type Resting = { readonly extensions: readonly Judged[]; readonly completedAt: string | null };

/** The day before all days: an original due date is in force from here. */
const ALWAYS: Day = '0001-01-01';

/** The due dates of a row as facts that follow each other. */
export const duesOf = ({ due, at, amended, extensions }: RowDues): readonly DueFact[] => [
  { due, effect: ALWAYS, at },
  ...amended,
  ...extensions,
];

const isBefore = (a: string, b: string): boolean => BigInt(a) < BigInt(b);

/** True when a due date takes the place of another that is in force too. */
const follows = (fact: DueFact, before: DueFact): boolean => {
  const [place, other] = [fact.text ?? fact, before.text ?? before];
  if (place.effect !== other.effect) return place.effect > other.effect;
  return place.at === other.at ? isBefore(before.at, fact.at) : isBefore(other.at, place.at);
};

/** The due date in force on a day: the one with the latest day of effect, of equals the later recorded. */
export const dueOn = (facts: readonly DueFact[], day: Day): Day | null => {
  let found: DueFact | undefined;
  for (const fact of facts) {
    if (fact.effect <= day && (!found || follows(fact, found))) found = fact;
  }
  return found?.due ?? null;
};

/** Every file that a command names is stored: an event that names another one could never be shown again. */
export const checkFiles = ({ missingFiles }: { readonly missingFiles: readonly string[] }): void => {
  if (missingFiles.length > 0) throw refusal('absent', 'file.absent', { files: [...missingFiles] });
};

const judge = (dues: readonly DueFact[], extension: Omit<Judged, 'entry'>, completedAt: string | null): Verdict => {
  const before = dueOn(
    dues.filter(({ at }) => isBefore(at, extension.at)),
    extension.effect,
  );
  if (before === null) throw refusal('conflict', 'no-due-date');
  if (extension.due <= before) throw refusal('conflict', 'extension-not-later', { due: before });
  const afterDue = extension.effect > before;
  // What was done late would be in time by it.
  if (afterDue && completedAt !== null && isBefore(completedAt, extension.at))
    throw refusal('conflict', 'completed-already', { due: before });
  if (afterDue && !extension.withReason) throw refusal('invalid', 'late-extension-needs-reason', { due: before });
  return { before, afterDue };
};

const standing = (extensions: readonly Extension[]): readonly Extension[] =>
  extensions.filter(({ withdrawn }) => !withdrawn);

/**
 * Judges all extensions again, in the order of recording, with one of them changed, and those recorded behind it that
 * rest on it; another one that breaks is named.
 */
const judgeAgain = (
  others: readonly DueFact[],
  extensions: readonly Extension[],
  changed: Extension,
  { completedAt, resting = [] }: Known,
): void => {
  const all = standing(extensions.map((old) => (old.entry === changed.entry ? changed : old)));
  const dues = [...others, ...all];
  const judged: { extension: Judged; by: readonly DueFact[]; completedAt: string | null }[] = [
    ...all.map((extension) => ({ extension, by: dues, completedAt })),
    ...resting.flatMap(({ extensions: own, completedAt: at }) =>
      own
        .filter((extension) => isBefore(changed.at, extension.at))
        .map((extension) => ({ extension, by: [...dues, ...own], completedAt: at })),
    ),
  ];
  judged.sort((one, other) => (isBefore(one.extension.at, other.extension.at) ? -1 : 1));
  for (const { extension, by, completedAt: at } of judged) {
    try {
      judge(by, extension, at);
    } catch (error) {
      if (extension === changed || !(error instanceof Refusal)) throw error;
      throw refusal('conflict', 'breaks-later-act', { entry: extension.entry, kind: 'extend', because: error.code });
    }
  }
};

const found = (extensions: readonly Extension[], entry: string): Extension => {
  const extension = extensions.find((candidate) => candidate.entry === entry);
  if (!extension) throw refusal('absent', 'entry.absent');
  return extension;
};

/** The facts of an extension that is asked for, and its day of effect; throws the refusal. */
export const extend = (
  others: readonly DueFact[],
  extensions: readonly Extension[],
  { due, on, document, reason }: ExtensionWish,
  { entry, today, completedAt }: Known,
) => {
  checkDocument(document, today);
  const effect = existingDay(on);
  // What is only wished for stands behind everything recorded.
  const wanted = { due: existingDay(due), effect, at: OPEN, withReason: reason !== undefined };
  const verdict = judge([...others, ...standing(extensions)], wanted, completedAt);
  return { effect, facts: { entry, due, ...verdict, document, ...(reason ? { reason } : {}) } };
};

/** The new facts of an extension that is corrected; throws the refusal. */
export const correctExtension = (
  others: readonly DueFact[],
  extensions: readonly Extension[],
  { extension: id, changes, reason, document }: ExtensionCorrection,
  known: Known,
) => {
  const { entry, today, completedAt } = known;
  const old = found(extensions, id);
  if (old.withdrawn) throw refusal('conflict', 'entry-withdrawn');
  const permit = changes.document ?? old.document;
  checkDocument(permit, today);
  if (document) checkDocument(document, today);
  const [due, effect, version] = [
    existingDay(changes.due ?? old.due),
    existingDay(changes.on ?? old.effect),
    old.version + 1,
  ];
  if (due === old.due && effect === old.effect && isSame(permit, old.document)) {
    throw refusal('invalid', 'nothing-changed');
  }
  const changed: Extension = { ...old, due, effect, version, document: permit, withReason: true };
  judgeAgain(others, extensions, changed, known);
  const earlier = standing(extensions).filter(({ entry: one }) => one !== id);
  const verdict = judge([...others, ...earlier], changed, completedAt);
  return { entry, extension: id, version, due, effect, ...verdict, permit, reason, ...(document ? { document } : {}) };
};

/** The facts of an extension's withdrawal; undefined when it is withdrawn already; throws the refusal. */
export const withdrawExtension = (
  others: readonly DueFact[],
  extensions: readonly Extension[],
  { extension: id, reason, document }: ExtensionWithdrawal,
  known: Known,
) => {
  const { entry, today } = known;
  const old = found(extensions, id);
  if (old.withdrawn) return undefined;
  if (document) checkDocument(document, today);
  judgeAgain(others, extensions, { ...old, withdrawn: true }, known);
  return { entry, extension: id, version: old.version, reason, ...(document ? { document } : {}) };
};

/** The extensions after one more. */
export const extended = (
  extensions: readonly Extension[],
  { entry, due, document, reason }: { entry: string; due: string; document: Document; reason?: TextRef },
  { on: effect, at }: { readonly on: Day; readonly at: string },
): readonly Extension[] => [
  ...extensions,
  { entry, due, effect, at, document, withReason: reason !== undefined, version: 0, withdrawn: false },
];

/** The extensions after a correction of one. */
export const extensionCorrected = (
  extensions: readonly Extension[],
  facts: { extension: string; version: number; due: string; effect: string; permit: Document },
): readonly Extension[] =>
  extensions.map((old) => {
    const { extension, version, due, effect, permit: document } = facts;
    return old.entry === extension ? { ...old, version, due, effect, document, withReason: true } : old;
  });

/** The extensions after a withdrawal of one. */
export const extensionWithdrawn = (
  extensions: readonly Extension[],
  { extension }: { extension: string },
): readonly Extension[] => extensions.map((old) => (old.entry === extension ? { ...old, withdrawn: true } : old));
