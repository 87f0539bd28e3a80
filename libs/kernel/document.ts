import { existingDay, type Day } from './day.js';
import { refusal } from './refusal.js';

/**
 * An administrative document that permits or proves something. `number` is text (numbers keep leading zeros, as in
 * "0156/KH-UBND"); `signatory` names a post, never a person.
 */
export type Document = {
  readonly kind: string;
  readonly number: string;
  readonly date: string;
  readonly signatory?: string;
  /** SHA-256 of the attached file, hex. */
  readonly file?: string;
};

/**
 * Refuses a document without kind or number (`request.document-empty`), on no calendar day (`request.no-such-day`), or of
 * a day that has not come (`request.document-of-the-future`).
 */
export const checkDocument = ({ kind, number, date }: Document, today: Day): void => {
  if (kind.trim() === '' || number.trim() === '') throw refusal('invalid', 'request.document-empty');
  if (existingDay(date) > today) throw refusal('invalid', 'request.document-of-the-future', { date });
};
