import { hash, verify } from '@node-rs/argon2';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type pg from 'pg';
import { folded, refusal, stored } from '#kernel';
import { Clock } from '#platform/clock';
import { isId } from '#platform/commands';
import { Database } from '#platform/database';
import { keyOf, pageOf, People, type Account, type Page, type Permission, type Person } from '#platform/http';

/** A person who may sign in, or in whose name the product shows an act. */
@Entity('account')
export class AccountRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') username!: string;
  /** The name that is shown. */
  @Column('text') name!: string;
  @Column('text') role!: string;
  @Column('uuid', { nullable: true }) unit!: string | null;
  @Column('text', { nullable: true }) password!: string | null;
  @Column('timestamptz') made!: string;
  @Column('timestamptz', { nullable: true }) disabled!: string | null;
}

/** An account as administrators see it. */
export type AccountItem = {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly role: string;
  readonly unit: string | null;
  readonly disabled: boolean;
};

/** An account to be made; without a password nobody can sign in with it. */
export type NewAccount = {
  readonly id: string;
  readonly username: string;
  readonly displayName?: string | undefined;
  readonly role: string;
  readonly unit: string | null;
  readonly password?: string | undefined;
};

/** Which rights a role has; the module fills it. */
export class Roles {
  constructor(private readonly rights: Readonly<Record<string, readonly Permission[]>>) {}

  /** Refuses a role that does not exist. */
  check(role: string): void {
    if (!Object.hasOwn(this.rights, role)) throw refusal('invalid', 'access.unknown-role', { role });
  }

  /** The rights of a role; none for one that does not exist any more. */
  permissionsOf(role: string): readonly Permission[] {
    return Object.hasOwn(this.rights, role) ? (this.rights[role] ?? []) : [];
  }
}

/** Sign-in has no second factor yet, so a password is at least this long (level 2 of the rules on system security). */
const SHORTEST_PASSWORD = 14;
const LONGEST_PASSWORD = 256;
const FEWEST_SIGNS = 5;
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{2,39}$/u;

/** Cost of a guess: 19 MiB and two passes, as OWASP asks of argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A password typed on any keyboard is the same password. */
const typed = (password: string): string => password.normalize('NFKC');

/** What is compared when there is no account: a wrong name takes as long as a wrong password. */
const nobody = hash('nobody has this password', COST);

/** The spelling under which a name signs in. */
export const usernameOf = (text: string): string => stored(text).toLowerCase();

const checkedPassword = (password: string, username: string): string => {
  const text = typed(password);
  const { length } = [...text];
  if (length < SHORTEST_PASSWORD || length > LONGEST_PASSWORD) {
    throw refusal('invalid', 'access.password-length', { least: SHORTEST_PASSWORD, most: LONGEST_PASSWORD });
  }
  if (folded(text).includes(folded(username))) throw refusal('invalid', 'access.password-holds-username');
  if (new Set(text.toLowerCase()).size < FEWEST_SIGNS) throw refusal('invalid', 'access.password-too-simple');
  return text;
};

const COLUMNS = `id, username, name as "displayName", role, unit, disabled is not null as disabled`;

/** The accounts: made, changed and disabled, never removed, because the log names them. */
export class Accounts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly roles: Roles,
  ) {}

  /**
   * Makes an account, within a transaction of the caller where he has one. Refused are a username that is taken or
   * unreadable, a weak password and an unknown role.
   */
  async add(account: NewAccount, client: pg.Pool | pg.PoolClient = this.database.pool): Promise<void> {
    const { id, role, unit } = account;
    const username = usernameOf(account.username);
    if (!USERNAME.test(username)) throw refusal('invalid', 'access.bad-username');
    this.roles.check(role);
    const name = stored(account.displayName ?? '') || username;
    const password =
      account.password === undefined ? null : await hash(checkedPassword(account.password, username), COST);
    const { rowCount } = await client.query(
      `insert into account (id, username, name, role, unit, password, made) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict do nothing`,
      [id, username, name, role, unit, password, this.clock.now()],
    );
    if (rowCount === 0) throw refusal('conflict', 'access.username-in-use', { username });
  }

  /** Makes an account unless one of that id is there; then it stays as it is. */
  async ensure(account: NewAccount): Promise<void> {
    if (!(await this.find(account.id))) await this.add(account);
  }

  /** True when there is at least one account. */
  async any(client: pg.Pool | pg.PoolClient = this.database.pool): Promise<boolean> {
    const { rows } = await client.query<{ any: boolean }>('select exists (select from account) as any');
    return rows[0]?.any === true;
  }

  /** The account of that id. */
  async find(id: string): Promise<AccountItem | undefined> {
    if (!isId(id)) return undefined;
    const { rows } = await this.database.pool.query<AccountItem>(`select ${COLUMNS} from account where id = $1`, [id]);
    return rows[0];
  }

  /** Who acts under a username, with the rights of the role; undefined for nobody, and for who is shut out. */
  async actor(username: string): Promise<Account | undefined> {
    const { rows } = await this.database.pool.query<AccountItem>(
      `select ${COLUMNS} from account where lower(username) = $1 and disabled is null`,
      [usernameOf(username)],
    );
    const [known] = rows;
    if (!known) return undefined;
    const { id, displayName, role, unit } = known;
    return { id, username: known.username, displayName, role, unit, permissions: this.roles.permissionsOf(role) };
  }

  /** A page of accounts in the order of usernames; the search looks through usernames and names without tones. */
  async page(asked: {
    readonly search?: string | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  }): Promise<Page<AccountItem>> {
    const [after = ''] = keyOf(asked.cursor, 1) ?? [];
    const { rows } = await this.database.pool.query<AccountItem>(
      `select ${COLUMNS} from account where lower(username) > $1 order by lower(username)`,
      [after],
    );
    const wanted = folded(asked.search ?? '');
    const found = rows.filter(({ username, displayName }) => folded(`${username}\n${displayName}`).includes(wanted));
    return pageOf(found.slice(0, asked.limit + 1), asked.limit, ({ username }) => [username.toLowerCase()]);
  }

  /** The account that these words sign in as; undefined for a wrong pair. Both answers take the same time. */
  async signedIn(username: string, password: string): Promise<AccountItem | undefined> {
    const { rows } = await this.database.pool.query<AccountItem & { password: string | null }>(
      `select ${COLUMNS}, password from account where lower(username) = $1`,
      [usernameOf(username)],
    );
    const [known] = rows;
    const isPossible = known !== undefined && known.password !== null && !known.disabled;
    const text = typed(password).slice(0, LONGEST_PASSWORD * 2);
    const matches = await verify(isPossible && known.password !== null ? known.password : await nobody, text);
    if (!matches || !isPossible) return undefined;
    const { password: _, ...account } = known;
    return account;
  }

  /** Gives an account a new password; refused when it is weak or the one that it has. */
  async setPassword(id: string, next: string): Promise<void> {
    const { username, password: before } = await this.row(id);
    const text = checkedPassword(next, username);
    if (before !== null && (await verify(before, text))) throw refusal('invalid', 'access.password-unchanged');
    await this.database.pool.query('update account set password = $2 where id = $1', [id, await hash(text, COST)]);
  }

  /** Puts an account into a unit, or into none. */
  async assign(id: string, unit: string | null): Promise<void> {
    await this.change(id, 'unit', unit);
  }

  /** Changes the name that is shown. */
  async rename(id: string, displayName: string): Promise<void> {
    await this.change(id, 'name', stored(displayName));
  }

  /** Gives an account another role; the last administrator keeps his. */
  async setRole(id: string, role: string): Promise<void> {
    this.roles.check(role);
    await this.keepingAnAdministrator(id, role !== 'administrator', (client) =>
      client.query('update account set role = $2 where id = $1', [id, role]),
    );
  }

  /** Shuts an account out, or lets it in again; the last administrator stays. */
  async setDisabled(id: string, disabled: boolean): Promise<void> {
    await this.keepingAnAdministrator(id, disabled, (client) =>
      client.query('update account set disabled = case when $2 then coalesce(disabled, $3) end where id = $1', [
        id,
        disabled,
        this.clock.now(),
      ]),
    );
  }

  private async row(id: string): Promise<AccountItem & { password: string | null }> {
    const { rows } = await this.database.pool.query<AccountItem & { password: string | null }>(
      `select ${COLUMNS}, password from account where id = $1`,
      [id],
    );
    if (!rows[0]) throw refusal('absent', 'access.account-absent', { account: id });
    return rows[0];
  }

  private async change(id: string, column: 'unit' | 'name', value: string | null): Promise<void> {
    const { rowCount } = await this.database.pool.query(`update account set ${column} = $2 where id = $1`, [id, value]);
    if (rowCount === 0) throw refusal('absent', 'access.account-absent', { account: id });
  }

  private async keepingAnAdministrator(
    id: string,
    leaves: boolean,
    work: (client: pg.PoolClient) => Promise<unknown>,
  ): Promise<void> {
    const client = await this.database.pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query<{ id: string }>(
        `select id from account where role = 'administrator' and disabled is null order by id for update`,
      );
      const isLast = rows.length === 1 && rows[0]?.id === id;
      if (leaves && isLast) throw refusal('conflict', 'access.last-administrator');
      const { rowCount } = await client.query('select 1 from account where id = $1 for update', [id]);
      if (rowCount === 0) throw refusal('absent', 'access.account-absent', { account: id });
      await work(client);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }
}

/** The names that accounts bear. */
export class AccountNames extends People {
  constructor(private readonly database: Database) {
    super();
  }

  override async called(ids: Iterable<string>): Promise<(id: string) => Person> {
    const wanted = [...new Set(ids)].filter(isId);
    const { rows } =
      wanted.length === 0
        ? { rows: [] }
        : await this.database.pool.query<Person>('select id, name from account where id = any($1)', [wanted]);
    const people = new Map(rows.map((person) => [person.id, person]));
    return (id) => people.get(id) ?? { id, name: id };
  }
}
