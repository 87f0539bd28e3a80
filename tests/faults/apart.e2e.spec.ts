import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { AppModule, parts, tables } from '#api';
import { Accounts } from '#modules/access';
import { ORGANIZATION, OrganizationDispatch } from '#modules/organization';
import { PlanDispatch, planIdOf } from '#modules/plan';
import { SystemClock } from '#platform/clock';
import { freshId, idOf, type Sender } from '#platform/commands';
import { readSettings } from '#platform/config';
import { Database } from '#platform/database';
import { PostgresEventStore, type StoredEvent } from '#platform/event-store';
import { FileStore } from '#platform/files';
import { ProcessRunner } from '#platform/processes';
import { Projector, schemaOf } from '#platform/projector';
import { emptyDatabase } from '../support/postgres.js';
import { Apart, until, type Running } from './apart.js';

const PASSWORD = 'một mật khẩu đủ dài';
const [UNITS, ROWS, PERIODS, CALLERS] = [6, 100, 11, 16];
/** What is promised: somebody else goes on within ten seconds. */
const TAKEOVER_MS = 10_000;
/** So much is acknowledged between two faults. */
const BETWEEN = 60;

type Acknowledged = { readonly command: string; readonly position: string };
type Fault = 'the keeper is killed' | 'the other worker is killed' | 'the api is killed' | 'the keeper hangs';

let folder: string;
let database: Database;
let store: PostgresEventStore;
let nest: INestApplicationContext;
let apart: Apart;
let obligations: readonly string[];
const tokens: string[] = [];

const sender = (role: string): Sender => {
  const command = freshId();
  return { actor: 'system:test', unit: null, role, command, correlation: command, causation: command };
};
const projector = (): Projector => nest.get(Projector);
const processes = (): ProcessRunner => nest.get(ProcessRunner);
const viewNames = (): string[] => projector().views.map(({ name }) => name);
const settled = async (patience = 60_000): Promise<void> => {
  const end = (await store.end()) ?? '0';
  const names = viewNames();
  if (!(await projector().passed(names, end, patience))) throw new Error('the views do not come along');
};

/** A plan with so many obligations, and two coordinators: one reports, the other one judges. */
const seed = async (): Promise<void> => {
  const bus = nest.get(CommandBus);
  const root = idOf('test', 'root');
  const unit = (nth: number): string => idOf('test', 'unit', nth);
  const units = [
    { unit: root, code: 'H99', name: 'Tỉnh', kind: 'province', parent: null, aliases: [] },
    ...Array.from({ length: UNITS }, (_, nth) => ({
      unit: unit(nth),
      code: `H99.${nth + 1}`,
      name: `Xã số ${nth + 1}`,
      kind: 'commune',
      parent: root,
      aliases: [],
    })),
  ];
  const day = '2025-07-01';
  await bus.execute(
    new OrganizationDispatch(ORGANIZATION, sender('administrator'), 'ImportUnits', { units, on: day, decided: day }),
  );
  await settled();
  const plan = planIdOf(root, 2026, 'cchc');
  const title = 'Kế hoạch';
  await bus.execute(
    new PlanDispatch(plan, sender('coordinator'), 'DraftPlan', {
      unit: root,
      year: 2026,
      kind: 'cchc',
      sequence: 1,
      title,
    }),
  );
  const rows = Array.from({ length: ROWS }, (_, nth) => ({
    row: idOf('test', 'row', nth),
    content: {
      field: 'CDDH',
      code: `I.${nth + 1}`,
      title: `Nhiệm vụ số ${nth + 1}`,
      deliverable: 'Báo cáo',
      leads: Array.from({ length: UNITS }, (_each, of) => ({
        kind: 'unit' as const,
        id: unit(of),
        name: `Xã số ${of + 1}`,
      })),
      leadsText: 'Các xã',
      coordinatingText: '',
      deadline: 'Hằng tháng',
      funding: '',
      note: '',
      mode: { kind: 'all' as const },
    },
  }));
  await bus.execute(new PlanDispatch(plan, sender('coordinator'), 'AddRows', { rows }));
  await settled();
  await bus.execute(
    new PlanDispatch(plan, sender('coordinator'), 'PromulgatePlan', {
      document: { kind: 'Kế hoạch', number: '1/KH-UBND', date: '2025-12-22' },
      effect: '2026-01-01',
    }),
  );
  await settled();
  obligations = rows.flatMap(({ row }) => Array.from({ length: UNITS }, (_, nth) => idOf(row, unit(nth))));
  for (const username of ['dieuphoi', 'dieuphoi2']) {
    await nest
      .get(Accounts)
      .ensure({ id: freshId(), username, role: 'coordinator', unit: root, displayName: username, password: PASSWORD });
    const answer = await fetch(`${apart.address}/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: PASSWORD }),
    });
    tokens.push(((await answer.json()) as { token: string }).token);
  }
};

/** People at work over HTTP: what is not answered is sent again with the same key, until it is. */
class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly refused: string[] = [];
  private ends = false;
  private readonly callers: readonly Promise<void>[];

  constructor(callers = CALLERS) {
    this.callers = Array.from({ length: callers }, (_, nth) => this.call(nth));
  }

  async end(): Promise<void> {
    this.ends = true;
    await Promise.all(this.callers);
  }

  async send(
    who: 0 | 1,
    method: 'POST' | 'PUT',
    path: string,
    body: object,
  ): Promise<{ entry: string; position: string }> {
    const key = freshId();
    for (;;) {
      try {
        const answer = await fetch(`${apart.address}${path}`, {
          method,
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${tokens[who] ?? ''}`,
            'idempotency-key': key,
          },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(20_000),
        });
        const said = (await answer.json()) as { entry: string; position: string; code?: string };
        if (answer.status < 300) {
          this.acknowledged.push({ command: key, position: said.position });
          return said;
        }
        if (answer.status < 500) {
          this.refused.push(`${path}: ${answer.status} ${said.code ?? ''}`);
          throw new Refused();
        }
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      await until(
        () =>
          fetch(new URL('/health', apart.address)).then(
            ({ ok }) => ok,
            () => false,
          ),
        120_000,
      );
    }
  }

  private async call(nth: number): Promise<void> {
    for (let period = 1; period <= PERIODS; period += 1) {
      for (let at = nth; at < obligations.length; at += CALLERS) {
        if (this.ends) return;
        await this.work(obligations[at] ?? '', period).catch((error: unknown) => {
          if (!(error instanceof Refused)) throw error;
        });
      }
    }
    this.refused.push('there was nothing left to do');
  }

  private async work(obligation: string, period: number): Promise<void> {
    const report = () =>
      this.send(0, 'POST', `/obligations/${obligation}/reports`, {
        period,
        percent: 100,
        on: '2026-11-02',
        complete: true,
        evidence: [{ kind: 'Báo cáo', number: `${period}/BC` }],
      });
    const first = await report();
    await this.send(1, 'POST', `/obligations/${obligation}/returns`, { report: first.entry, reason: 'Thiếu số liệu.' });
    const second = await report();
    await this.send(1, 'PUT', `/obligations/${obligation}/acceptance`, { report: second.entry });
  }
}

class Refused extends Error {}

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);

/**
 * How far each view and each process is, as the database knows it; also what a process recorded last, which may be in the
 * middle of one event that asks for thousands of notices.
 */
const places = async (): Promise<ReadonlyMap<string, string>> => {
  const [views, acting, { rows }] = await Promise.all([
    projector().states(),
    processes().states(),
    database.pool.query<{ actor: string; last: string }>(
      `select actor, max(position)::text as last from log.events where starts_with(actor, 'system:') group by actor`,
    ),
  ]);
  const recorded = new Map(rows.map(({ actor, last }) => [actor, last]));
  return new Map([
    ...views.map(({ view, position }) => [view, position] as const),
    ...acting.map(
      ({ process: name, position }) => [name, `${position} ${recorded.get(`system:${name}`) ?? ''}`] as const,
    ),
  ]);
};

/** Does one fault while people work; answers how long it took until every view and every process went on. */
const commit = async (fault: Fault): Promise<number> => {
  await Promise.all([apart.api, ...apart.workers].map((program) => program.ready));
  const keeper = await apart.keeperOf('progress');
  if (!keeper) throw new Error('nobody keeps the figures');
  const other = apart.workers.find((worker) => worker !== keeper) as Running;
  switch (fault) {
    case 'the api is killed':
      await apart.api.kill();
      apart.api.restart();
      return 0;
    case 'the other worker is killed':
      await other.kill();
      other.restart();
      return 0;
    case 'the keeper is killed':
    case 'the keeper hangs': {
      if (fault === 'the keeper hangs') keeper.standStill();
      else await keeper.kill();
      const before = await places();
      const took = await until(async () => {
        const now = await places();
        return [...before].every(([name, at]) => now.get(name) !== at);
      }, 60_000);
      if (fault === 'the keeper hangs') keeper.goOn();
      else keeper.restart();
      return took;
    }
  }
};

const dump = async (): Promise<Record<string, string[]>> => {
  const { rows } = await database.pool.query<{ schema: string; name: string }>(
    `select schemaname as schema, tablename as name from pg_tables where schemaname = any($1) order by 1, 2`,
    [viewNames().map(schemaOf)],
  );
  const all = rows.map(async ({ schema, name }) => {
    const found = await database.pool.query<{ row: string }>(
      `select row_to_json(t)::text as row from "${schema}"."${name}" t order by 1`,
    );
    return [`${schema}.${name}`, found.rows.map(({ row }) => row)] as const;
  });
  return Object.fromEntries(await Promise.all(all));
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'camket-apart-'));
  const url = await emptyDatabase();
  apart = await Apart.start(url, folder, 2);
  database = await Database.open(url, tables);
  store = await PostgresEventStore.open(url);
  const clock = new SystemClock();
  const settings = { ...readSettings({}, ['--empty']), folder };
  const files = await FileStore.open(join(folder, 'files'), database, { clock, largest: settings.fileLimitBytes });
  nest = await NestFactory.createApplicationContext(AppModule.of({ database, store, clock, settings, files, parts }), {
    logger: ['error'],
    abortOnError: false,
  });
  await nest.init();
  await seed();
}, 240_000);

afterAll(async () => {
  await apart.end();
  await nest.close();
  await projector().stop();
  await store.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('one api and two workers apart', () => {
  it('answer a question behind a position with what was recorded there, although the api keeps no view', async () => {
    const load = new Load(0);
    const obligation = obligations.at(-1) ?? '';
    const { position, entry } = await load.send(0, 'POST', `/obligations/${obligation}/reports`, {
      period: 12,
      percent: 10,
      on: '2026-11-02',
      complete: false,
    });
    const answer = await fetch(`${apart.address}/obligations/${obligation}?after=${position}`, {
      headers: { authorization: `Bearer ${tokens[0] ?? ''}` },
    });
    const said = (await answer.json()) as { stale: boolean };
    expect(JSON.stringify(said)).toContain(entry);
    expect(said.stale).not.toBe(true);
  }, 60_000);

  it('lose nothing, do nothing twice and go on within ten seconds when they are killed while people work', async () => {
    const load = new Load();
    const faults: Fault[] = shuffled([
      'the keeper is killed',
      'the keeper is killed',
      'the keeper hangs',
      'the other worker is killed',
      'the api is killed',
    ]);
    const takeovers: number[] = [];
    for (const fault of faults) {
      const before = load.acknowledged.length;
      await until(() => load.acknowledged.length >= before + BETWEEN, 120_000);
      takeovers.push(await commit(fault));
    }
    await load.end();
    await Promise.all(apart.workers.map((worker) => worker.ready));
    expect(load.refused).toEqual([]);
    expect(load.acknowledged.length).toBeGreaterThan(faults.length * BETWEEN);
    expect(Math.max(...takeovers)).toBeLessThan(TAKEOVER_MS);

    // Notices are events too: once the processes have come along, the views must.
    await processes().passed(processes().names, (await store.end()) ?? '0', 60_000);
    await settled();
    const events: StoredEvent[] = [];
    for await (const batch of store.readAll()) events.push(...batch);
    const byCommand = new Map<string, StoredEvent[]>();
    for (const event of events) byCommand.set(event.command, [...(byCommand.get(event.command) ?? []), event]);
    const lost = load.acknowledged.filter(({ command, position }) => {
      const found = byCommand.get(command) ?? [];
      return found.length !== 1 || found[0]?.position !== position;
    });
    expect(lost).toEqual([]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);

    const judged = events.filter(({ type }) => type === 'ReportReturned' || type === 'ReportAccepted');
    const notices = events.filter(({ type }) => type === 'NoticeGiven');
    const told = notices.filter(({ causation }) => judged.some(({ id }) => id === causation));
    expect(told.length).toBe(judged.length);
    expect(new Set(notices.map(({ stream }) => stream)).size).toBe(notices.length);
    expect((await processes().states()).map(({ status, faults: refused }) => [status, refused])).toEqual(
      processes().names.map(() => ['live', 0]),
    );
    const days = events.filter(({ type }) => type === 'DayBegan').map(({ on }) => on);
    expect(days).toEqual([...new Set(days)].sort());
    expect(days.length).toBeGreaterThan(0);

    const live = await dump();
    expect(live['view_notices.notice']?.length).toBe(notices.length);
    await projector().rebuild(viewNames());
    expect(await dump()).toEqual(live);
  }, 600_000);
});
