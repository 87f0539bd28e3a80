import { Column, Entity, PrimaryColumn } from 'typeorm';
import { refusal } from '#kernel';
import { Clock } from '#platform/clock';
import { Database } from '#platform/database';
import { usernameOf } from './account.table.js';

/** How often in a row signing in failed, under a name or from an address. */
@Entity('sign_in_attempt')
export class SignInAttempt {
  @PrimaryColumn('text') key!: string;
  @Column('int') failures!: number;
  @Column('timestamptz') last!: string;
}

/**
 * How many failures in a row are free, and how long the first wait is behind them; it doubles with each further one. An
 * address may stand for a whole office.
 */
const BY_NAME = { free: 5, first: 30 } as const;
const BY_ADDRESS = { free: 25, first: 30 } as const;
const LONGEST_WAIT = 900;
/** After so long without a failure the count begins anew. */
const FORGOTTEN_HOURS = 24;

/** One network of IPv6 counts as one address: its owner has all of them. */
const networkOf = (address: string): string => {
  if (!address.includes(':') || address.includes('.')) return address.replace(/^.*:/, '');
  const [head = '', tail = ''] = address.split('::');
  const first = head.split(':').filter(Boolean);
  const last = tail.split(':').filter(Boolean);
  const all = address.includes('::')
    ? [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last]
    : first;
  return all.slice(0, 4).join(':');
};

/** Slows down guessing: an attempt is counted before it is looked at, so that many at once are many. */
export class SignInAttempts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts an attempt; refused when it comes too early behind those that failed. The answer takes it back when it
   * succeeded.
   */
  async begin(username: string, address: string): Promise<() => Promise<void>> {
    const byAddress = `address ${networkOf(address)}`;
    const name = new TextEncoder().encode(usernameOf(username));
    const byName = `name ${Buffer.from(await crypto.subtle.digest('SHA-256', name)).toString('hex')}`;
    await this.count(byAddress, BY_ADDRESS);
    await this.count(byName, BY_NAME);
    return async () => {
      await this.database.pool.query(
        `with forgiven as (update sign_in_attempt set failures = failures - 1 where key = $2 and failures > 0)
         delete from sign_in_attempt where key = $1 or last < $3::timestamptz - make_interval(hours => $4)`,
        [byName, byAddress, this.clock.now(), FORGOTTEN_HOURS],
      );
    };
  }

  private async count(key: string, { free, first }: { readonly free: number; readonly first: number }): Promise<void> {
    const now = this.clock.now();
    const wait = `least($3::float8 * power(2, least(a.failures - $4::int, 20)), $5::float8)`;
    const counted = await this.database.pool.query(
      `insert into sign_in_attempt as a (key, failures, last) values ($1, 1, $2)
       on conflict (key) do update
         set failures = case when a.last < $2::timestamptz - make_interval(hours => $6) then 1 else a.failures + 1 end,
             last = $2
         where a.failures < $4 or a.last + make_interval(secs => ${wait}) <= $2`,
      [key, now, first, free, LONGEST_WAIT, FORGOTTEN_HOURS],
    );
    if (counted.rowCount === 1) return;
    const { rows } = await this.database.pool.query<{ wait: number }>(
      `select extract(epoch from a.last + make_interval(secs => ${wait}) - $2)::float8 as wait
       from sign_in_attempt a where key = $1`,
      [key, now, first, free, LONGEST_WAIT],
    );
    const retryAfter = Math.max(1, Math.ceil(rows[0]?.wait ?? 1));
    throw refusal('forbidden', 'access.too-many-attempts', { retryAfter });
  }
}
