import { dayInWords, plusDays, type Day, type Document, type Ratio } from '#kernel';

/** The two days that an answer is about. */
export const clocksInWords = ({ on, recorded }: { readonly on: string; readonly recorded: string }): string =>
  `Tính đến ngày ${dayInWords(on)}, theo sổ ghi đến hết ngày ${dayInWords(recorded)}`;

/** A due date, or that there is none. */
export const dueInWords = (due: string | null): string => (due === null ? '–' : dayInWords(due));

/** A document as people name it. */
export const documentInWords = ({ kind, number, date }: Pick<Document, 'kind' | 'number' | 'date'>): string =>
  `${kind} số ${number}, ${dayInWords(date)}`;

/** A ratio by its counts. */
export const fraction = ({ numerator, denominator }: Pick<Ratio, 'numerator' | 'denominator'>): string =>
  `${numerator}/${denominator}`;

/** Until when a unit operated; `ended` is the first day on which it does no more. */
export const untilInWords = (ended: Day): string => `đến ${dayInWords(plusDays(ended, -1))}`;
