/** What a person may do; each role holds some of them. Every route declares one. */
export type Permission =
  /** Nobody needs to be signed in. */
  | 'public'
  /** Anybody who is signed in. */
  | 'signed-in'
  /** See plans, figures and histories. */
  | 'read'
  /** Report work of the own unit, and take it back. */
  | 'report'
  /** Accept, return, correct, extend. */
  | 'coordinate'
  /** Draft, import and promulgate plans. */
  | 'plan'
  /** Accounts, units, erasing of texts. */
  | 'administer';

/** Who is signed in, as routes and commands see it. */
export type Account = {
  readonly id: string;
  readonly username: string;
  readonly role: string;
  readonly displayName: string;
  readonly unit: string | null;
  readonly permissions: readonly Permission[];
};

/** Finds the account behind a session's token; undefined when there is none or it has expired. */
export abstract class Sessions {
  abstract accountOf(token: string): Promise<Account | undefined>;
}

/** Somebody who did something, or holds a post, as answers show it. */
export type Person = { readonly id: string; readonly name: string };

/** Knows the names under which people are shown. */
export abstract class People {
  /** How some accounts are called; who has none, as a system actor, is called by the id. */
  abstract called(ids: Iterable<string>): Promise<(id: string) => Person>;
}

/** The name of the cookie that carries a session's token. */
export const SESSION_COOKIE = 'camket_session';
