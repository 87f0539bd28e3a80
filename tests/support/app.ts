import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { readSettings, type Settings } from '#platform/config';
import type { Database } from '#platform/database';
import { PostgresEventStore, Upcasting } from '#platform/event-store';
import { FileStore } from '#platform/files';
import { ANYWHERE, Sessions, type Account, type Permission } from '#platform/http';
import { ProcessRunner } from '#platform/processes';
import { Projector, type PartModule } from '#platform/projector';
import { httpAdapter, PlatformModule, prepareHttp, PREFIX, tablesOf } from '#platform/wiring';
import { TestClock } from './clock.js';
import { freshDatabase, giveBack } from './postgres.js';

/** Accounts that are signed in because a test says so; the token is the account. */
class DeclaredSessions extends Sessions {
  override accountOf(token: string): Promise<Account | undefined> {
    return Promise.resolve(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Account);
  }
}

const EVERYTHING: readonly Permission[] = ['signed-in', 'read', 'report', 'coordinate', 'plan', 'administer'];

/** A person for a test: id and username `someone` with every permission, unless it says otherwise. */
export const person = (chosen: Partial<Account> = {}): Account => ({
  id: chosen.username ?? 'someone',
  username: 'someone',
  role: 'coordinator',
  displayName: 'Người dùng thử',
  unit: null,
  permissions: EVERYTHING,
  ...chosen,
});

/** Requests below `/api/v1`, each with the same headers. */
export class Caller {
  constructor(
    private readonly address: string,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
  get = (path: string): supertest.Test => this.request('get', path);
  post = (path: string, body?: object): supertest.Test => this.request('post', path, body);
  put = (path: string, body?: object): supertest.Test => this.request('put', path, body);
  delete = (path: string): supertest.Test => this.request('delete', path);

  /** The same caller with more headers. */
  with(headers: Readonly<Record<string, string>>): Caller {
    return new Caller(this.address, { ...this.headers, ...headers });
  }

  private request(method: 'get' | 'post' | 'put' | 'delete', path: string, body?: object): supertest.Test {
    const test = supertest(this.address)[method](`/${PREFIX}${path}`).set(this.headers);
    return body === undefined ? test : test.send(body);
  }
}

/** A whole application on a database of its own. */
export type TestApp = {
  readonly nest: INestApplication;
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  readonly database: Database;
  readonly store: PostgresEventStore;
  readonly projector: Projector;
  readonly processes: ProcessRunner;
  /** The processes as one more worker carries them; to be started and stopped by the test. */
  anotherRunner(): ProcessRunner;
  readonly files: FileStore;
  readonly folder: string;
  /** The clock of commands and of the log. */
  readonly clock: TestClock;
  /** Somebody who is not signed in. */
  readonly anybody: Caller;
  /** Somebody who is signed in as that person; for applications without the module `access`. */
  as(chosen?: Partial<Account>): Caller;
  /** Waits until all views have seen the whole log. */
  settled(): Promise<void>;
  /** Ends it; fails when a route refused with a code that the reference does not name for it. */
  close(): Promise<void>;
};

type Named = { readonly content?: Readonly<Record<string, { readonly schema?: object }>> };
type Routes = Readonly<
  Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Named>> }>>>
>;

let reference: { readonly paths: Routes } | undefined;

/** Notes which refusals go out that the checked-in reference does not name for their route. */
const watchRefusals = (nest: NestFastifyApplication): ReadonlySet<string> => {
  reference ??= JSON.parse(readFileSync('docs/reference/openapi.json', 'utf8')) as { readonly paths: Routes };
  const { paths } = reference;
  const unnamed = new Set<string>();
  const fastify = nest.getHttpAdapter().getInstance();
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { statusCode: status } = reply;
    const route = paths[request.routeOptions.url?.replace(/:(\w+)/g, '{$1}') ?? ''];
    if (status >= 400 && status < 500 && route && typeof payload === 'string') {
      const { code } = JSON.parse(payload) as { readonly code: string };
      const named = JSON.stringify(route[request.method.toLowerCase()]?.responses[status] ?? {});
      if (!ANYWHERE.includes(code) && !named.includes(`"${code}"`))
        unnamed.add(`${request.method} ${request.routeOptions.url}: ${status} ${code}`);
    }
    done();
  });
  return unnamed;
};

/** Opens an application of these modules: fresh database, event store, running views and processes, HTTP on a free port. */
export const testApp = async (
  modules: readonly (PartModule & Type)[],
  options: { readonly settings?: Partial<Settings>; readonly ownSessions?: boolean; readonly clock?: TestClock } = {},
): Promise<TestApp> => {
  const parts = modules.map((module) => module.parts);
  const clock = options.clock ?? new TestClock();
  const settings: Settings = { ...readSettings({}, ['--empty']), ...options.settings };
  const views = parts.flatMap((part) => part.views ?? []);
  const named = views.map(({ name }) => name).join();
  const database = await freshDatabase(tablesOf(parts), named, async (empty) => {
    const log = await PostgresEventStore.open(empty.url);
    await new Projector(log, empty, new Upcasting([]), views).prepare();
    await log.close();
  });
  await database.pool.query('update log.head set demonstration = true');
  const store = await PostgresEventStore.open(database.url, { now: () => clock.now() });
  const folder = await mkdtemp(join(tmpdir(), 'camket-app-'));
  const files = await FileStore.open(join(folder, 'files'), database, { clock, largest: settings.fileLimitBytes });
  const sessions = options.ownSessions ? {} : { sessions: new DeclaredSessions() };

  @Module({
    imports: [PlatformModule.of({ database, store, clock, settings, files, parts, ...sessions }), ...modules],
  })
  class TestRoot {}

  const nest = await NestFactory.create<NestFastifyApplication>(TestRoot, httpAdapter(), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  await prepareHttp(nest);
  const unnamed = watchRefusals(nest);
  const projector = nest.get(Projector);
  await projector.start();
  const processes = nest.get(ProcessRunner);
  await processes.start();
  await nest.listen(0, '127.0.0.1');
  const address = (await nest.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    nest,
    address,
    database,
    store,
    projector,
    processes,
    anotherRunner: () =>
      new ProcessRunner(
        store,
        database,
        nest.get(Upcasting),
        nest.get(CommandBus),
        parts.flatMap((part) => part.processes ?? []),
        (facts) => nest.get(facts, { strict: false }),
      ),
    files,
    folder,
    clock,
    anybody: new Caller(address, {}),
    as: (chosen) =>
      new Caller(address, {
        authorization: `Bearer ${Buffer.from(JSON.stringify(person(chosen))).toString('base64url')}`,
      }),
    settled: async () => {
      const end = await store.end();
      if (end === undefined) return;
      const passed = await projector.passed(
        projector.views.map(({ name }) => name),
        end,
        20_000,
      );
      if (!passed) throw new Error(`views do not come along: ${JSON.stringify(await projector.states())}`);
    },
    close: async () => {
      await nest.close();
      await processes.stop();
      await projector.stop();
      await store.close();
      await giveBack(database);
      await rm(folder, { recursive: true, force: true });
      if (unnamed.size > 0) throw new Error(`not in the reference: ${[...unnamed].sort().join(', ')}`);
    },
  };
};
