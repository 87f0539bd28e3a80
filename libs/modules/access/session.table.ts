import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Clock } from '#platform/clock';
import type { Settings } from '#platform/config';
import { Database } from '#platform/database';
import { Sessions, type Account } from '#platform/http';
import type { AccountItem, Roles } from './account.table.js';

/** Somebody is signed in. */
@Entity('session')
export class SessionRow {
  /** SHA-256 of the token, hex. */
  @PrimaryColumn('text') token!: string;
  @Column('uuid') account!: string;
  @Column('timestamptz') made!: string;
  /** The last request, to the minute. */
  @Column('timestamptz') seen!: string;
  @Column('timestamptz') expires!: string;
}

/** A session as it begins. */
export type Opened = { readonly token: string; readonly expires: string; readonly seconds: number };

type Known = { readonly account: Account; readonly expires: number; seen: number };
type Held = { readonly known: Promise<Known | undefined>; readonly until: number };

/** How long an answer is believed without asking again; other processes end sessions too. */
const BELIEVED_MS = 5_000;
/** How exactly the last request is kept. */
const SEEN_MS = 60_000;
const MOST_HELD = 10_000;

const hex = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('hex');
const hashOf = async (token: string): Promise<string> =>
  hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)));

/**
 * Who is signed in. Tokens are 256 random bits of which only a hash is stored. A request costs no round trip: an answer
 * is believed for five seconds, in this process no longer than the session lasts.
 */
export class AccessSessions extends Sessions {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly roles: Roles,
    private readonly settings: Pick<Settings, 'sessionHours' | 'sessionIdleMinutes'>,
  ) {
    super();
  }

  /** Opens a session for an account. */
  async open(account: Pick<AccountItem, 'id'>): Promise<Opened> {
    const token = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
    const now = this.clock.now();
    const seconds = this.settings.sessionHours * 3600;
    const expires = new Date(this.clock.milliseconds() + seconds * 1000).toISOString();
    await this.database.pool.query(
      `with swept as (delete from session where expires < $3 or seen < $3::timestamptz - make_interval(mins => $5))
       insert into session (token, account, made, seen, expires) values ($1, $2, $3, $3, $4)`,
      [await hashOf(token), account.id, now, expires, this.settings.sessionIdleMinutes],
    );
    return { token, expires, seconds };
  }

  override async accountOf(token: string): Promise<Account | undefined> {
    const now = performance.now();
    let held = this.held.get(token);
    if (!held || held.until < now) {
      held = { known: this.lookUp(token), until: now + BELIEVED_MS };
      this.hold(token, held);
    }
    let known: Known | undefined;
    try {
      known = await held.known;
    } catch (error) {
      this.held.delete(token);
      throw error;
    }
    if (!known) {
      this.held.delete(token);
      return undefined;
    }
    const at = this.clock.milliseconds();
    if (at >= known.expires || at - known.seen >= this.settings.sessionIdleMinutes * 60_000) {
      await this.end(token);
      return undefined;
    }
    if (at - known.seen >= SEEN_MS) {
      known.seen = at;
      await this.touch(token, at);
    }
    return known.account;
  }

  /** Ends a session. */
  async end(token: string): Promise<void> {
    const hashed = await hashOf(token);
    await this.database.pool.query('delete from session where token = $1', [hashed]);
    this.held.delete(token);
  }

  /** Ends the sessions of an account, except that of a token where one is named. */
  async endAll(account: string, except?: string): Promise<void> {
    const kept = except === undefined ? '' : await hashOf(except);
    await this.database.pool.query('delete from session where account = $1 and token <> $2', [account, kept]);
    this.forget();
  }

  /** Believes nothing any more: what is known of an account has changed. */
  forget(): void {
    this.held.clear();
  }

  private hold(token: string, held: Held): void {
    if (this.held.size >= MOST_HELD) {
      const [oldest] = this.held.keys();
      if (oldest !== undefined) this.held.delete(oldest);
    }
    this.held.delete(token);
    this.held.set(token, held);
  }

  private async lookUp(token: string): Promise<Known | undefined> {
    const { rows } = await this.database.pool.query<AccountItem & { readonly seen: string; readonly expires: string }>({
      name: 'session-account',
      text: `select a.id, a.username, a.name as "displayName", a.role, a.unit, s.seen, s.expires
             from session s join account a on a.id = s.account where s.token = $1 and a.disabled is null`,
      values: [await hashOf(token)],
    });
    const [row] = rows;
    if (!row) return undefined;
    const { id, username, displayName, role, unit, seen, expires } = row;
    const permissions = this.roles.permissionsOf(role);
    return {
      account: { id, username, displayName, role, unit, permissions },
      seen: new Date(seen).getTime(),
      expires: new Date(expires).getTime(),
    };
  }

  private async touch(token: string, at: number): Promise<void> {
    await this.database.pool.query('update session set seen = greatest(seen, $2) where token = $1', [
      await hashOf(token),
      new Date(at).toISOString(),
    ]);
  }
}
