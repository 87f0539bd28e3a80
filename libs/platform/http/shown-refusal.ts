import type { JsonObject, Refusal } from '#kernel';
import { sentenceOf } from '#platform/wording';
import { orNull } from './answer.js';

/** A refusal as previews show it: `detail` is the Vietnamese sentence with which the act itself would be refused. */
export type ShownRefusal = { readonly code: string; readonly detail: string; readonly details: JsonObject };

/** What a preview says of an act that would be refused. */
export const shownRefusal = ({ code, details }: Pick<Refusal, 'code' | 'details'>): ShownRefusal => ({
  code,
  detail: sentenceOf(code, details) ?? code,
  details,
});

/** How it looks in the example of an answer; null when nothing stands against the act. */
export const refusalExample = (code: string): unknown => orNull(shownRefusal({ code, details: {} }));
