import type { JsonObject } from './messages.js';

/** The five ways in which the domain says no, and the HTTP status that each becomes: 404, 409, 403, 422, 412. */
export type RefusalKind = 'absent' | 'conflict' | 'forbidden' | 'invalid' | 'stale';

/**
 * The domain says no. `code` is stable and has a sentence in every language; rules give the reason only
 * (`own-report`) and CommandRunner puts the subject in front (`obligation.own-report`).
 */
export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    readonly code: string,
    readonly details: JsonObject = {},
  ) {
    super(code);
    this.name = 'Refusal';
  }

  /** The same refusal with its subject in front; a code that has a subject keeps it. */
  of(subject: string): Refusal {
    return this.code.includes('.') ? this : new Refusal(this.kind, `${subject}.${this.code}`, this.details);
  }

  /** The same refusal, saying more of where. */
  with(details: JsonObject): Refusal {
    return new Refusal(this.kind, this.code, { ...this.details, ...details });
  }
}

/** Makes a refusal, to be thrown. */
export const refusal = (kind: RefusalKind, code: string, details?: JsonObject): Refusal =>
  new Refusal(kind, code, details);
