import { isDay, refusal, type Day, type Document } from '#kernel';

/** A due date and the day from which it is in force; `recorded` orders those of one day. */
export type DueFact = { readonly due: Day | null; readonly effect: Day; readonly recorded: Day };

/** An extension as it stands: with its facts as corrected. */
export type Extension = {
  readonly entry: string;
  readonly due: Day;
  readonly effect: Day;
  readonly recorded: Day;
  readonly withReason: boolean;
  readonly version: number;
  readonly withdrawn: boolean;
};

/**
 * The due date in force on a day: of extensions and amendments the one with the latest day of effect, of equals the
 * later recorded; else the original, which stands first in the list.
 */
export const dueOn = (facts: readonly DueFact[], day: Day): Day | null => {
  let found: DueFact | undefined;
  for (const fact of facts) {
    if (fact.effect > day && fact !== facts[0]) continue;
    if (!found || found === facts[0] || fact.effect > found.effect) found = fact;
    else if (fact.effect === found.effect && fact.recorded >= found.recorded) found = fact;
  }
  return found?.due ?? null;
};

/** The extensions of a list that stand, as due facts. */
export const inForce = (extensions: readonly Extension[]): readonly DueFact[] =>
  extensions.filter(({ withdrawn }) => !withdrawn);

/** A document that permits or proves an act: kind, number and an existing day not in the future. */
export const checkDocument = (document: Document, today: Day): void => {
  if (document.kind.trim() === '' || document.number.trim() === '') throw refusal('invalid', 'request.document-empty');
  if (!isDay(document.date)) throw refusal('invalid', 'request.no-such-day', { day: document.date });
  if (document.date > today) throw refusal('invalid', 'request.document-of-the-future', { date: document.date });
};

/**
 * Judges an extension against the due date in force on its day of effect, among those recorded no later than itself.
 * Answers that due date and whether the extension comes after it ("gia hạn sau hạn").
 */
export const judgeExtension = (
  dues: readonly DueFact[],
  extension: Pick<Extension, 'due' | 'effect' | 'recorded' | 'withReason'>,
): { readonly before: Day; readonly afterDue: boolean } => {
  const known = dues.filter((fact, index) => index === 0 || fact.recorded <= extension.recorded);
  const before = dueOn(known, extension.effect);
  if (before === null) throw refusal('conflict', 'no-due-date');
  if (extension.due <= before) throw refusal('conflict', 'extension-not-later', { due: before });
  const afterDue = extension.effect > before;
  if (afterDue && !extension.withReason) throw refusal('invalid', 'late-extension-needs-reason', { due: before });
  return { before, afterDue };
};

/**
 * The extensions with one of them changed or withdrawn, every later one judged again in the order of recording. A later
 * one that would not have been legal is named by the refusal.
 */
export const rejudge = (
  original: readonly DueFact[],
  extensions: readonly Extension[],
  changed: Extension,
): { readonly before: Day; readonly afterDue: boolean } | undefined => {
  let verdict: { before: Day; afterDue: boolean } | undefined;
  const standing: Extension[] = [];
  for (const old of extensions) {
    const extension = old.entry === changed.entry ? changed : old;
    if (!extension.withdrawn) {
      try {
        const judged = judgeExtension([...original, ...standing], extension);
        if (extension === changed) verdict = judged;
      } catch (error) {
        if (extension === changed) throw error;
        throw refusal('conflict', 'breaks-later-act', { entry: extension.entry, kind: 'extension' });
      }
      standing.push(extension);
    }
  }
  return verdict;
};
