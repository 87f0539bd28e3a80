import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { Accounts } from '#modules/access';
import { ORGANIZATION, OrganizationDispatch } from '#modules/organization';
import { PlanDispatch, planIdOf } from '#modules/plan';
import { freshId, idOf, type Sender } from '#platform/commands';
import { inProduct, readSettings } from '#platform/config';
import { Database } from '#platform/database';
import { createApp, tables } from '../../apps/api/app.js';

/** What the benchmark is told: where the product serves, as whom to act, and what there is to report on. */
export type Served = {
  readonly address: string;
  readonly token: string;
  readonly obligations: readonly string[];
  readonly started: number;
};

/** What the process holds and has used: resident bytes, microseconds of CPU. */
export type Usage = { readonly rss: number; readonly cpu: { readonly user: number; readonly system: number } };

const PASSWORD = 'một mật khẩu đủ dài';
const [UNITS, ROWS] = [118, 60];

const began = performance.now();
const url = process.argv[2] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'camket-bench-http-'));
const database = await Database.open(url, tables, { migrations: inProduct('infra/migrations') });
const settings = { ...readSettings({ CAMKET_LOG_LEVEL: 'warn' }, ['--empty']), port: 0 };
const app = await createApp({ settings, database, mode: 'real', folder });
const address = (await app.listen()).replace('localhost', '127.0.0.1');
const started = performance.now() - began;

const bus = app.nest.get(CommandBus, { strict: false });
const actor = freshId();
const sender = (role: string): Sender => {
  const command = freshId();
  return { actor, unit: null, role, command, correlation: command, causation: command };
};
const settled = async (): Promise<void> => {
  const end = await app.store.end();
  const names = app.projector.views.map(({ name }) => name);
  if (end !== undefined && !(await app.projector.passed(names, end, 60_000))) throw new Error('the views do not come');
};
const root = idOf('bench', 'root');
const units = [
  { unit: root, code: 'H99', name: 'Tỉnh', kind: 'province', parent: null, aliases: [] },
  ...Array.from({ length: UNITS }, (_, index) => ({
    unit: idOf('bench', 'unit', index),
    code: `H99.${index + 1}`,
    name: `Xã số ${index + 1}`,
    kind: 'commune',
    parent: root,
    aliases: [],
  })),
];
const day = '2025-07-01';
await bus.execute(
  new OrganizationDispatch(ORGANIZATION, sender('administrator'), 'ImportUnits', { units, on: day, decided: day }),
);
await bus.execute(
  new OrganizationDispatch(ORGANIZATION, sender('administrator'), 'DefineClass', {
    class: idOf('bench', 'class'),
    name: 'UBND các xã, phường',
    kinds: ['commune'],
    aliases: [],
    on: day,
  }),
);
await settled();
const plan = planIdOf(root, 2026, 'cchc');
await bus.execute(
  new PlanDispatch(plan, sender('coordinator'), 'DraftPlan', {
    unit: root,
    year: 2026,
    kind: 'cchc',
    sequence: 1,
    title: 'Kế hoạch',
  }),
);
const rows = Array.from({ length: ROWS }, (_, index) => ({
  row: idOf('bench', 'row', index),
  content: {
    field: 'CDDH',
    code: `I.${index + 1}`,
    title: `Nhiệm vụ số ${index + 1}`,
    deliverable: 'Báo cáo',
    leads: [{ kind: 'class' as const, id: idOf('bench', 'class'), name: 'UBND các xã, phường' }],
    leadsText: 'UBND các xã, phường',
    coordinatingText: '',
    deadline: 'Hằng tháng',
    funding: '',
    note: '',
    mode: { kind: 'all' as const },
  },
}));
await bus.execute(new PlanDispatch(plan, sender('coordinator'), 'AddRows', { rows }));
await bus.execute(
  new PlanDispatch(plan, sender('coordinator'), 'PromulgatePlan', {
    document: { kind: 'Kế hoạch', number: '1/KH-UBND', date: '2025-12-22' },
    effect: '2026-01-01',
  }),
);
await settled();
const accounts = app.nest.get(Accounts, { strict: false });
await accounts.ensure({
  id: actor,
  username: 'dieuphoi',
  role: 'coordinator',
  unit: null,
  displayName: 'Điều phối viên',
  password: PASSWORD,
});
const answer = await fetch(`${address}/api/v1/sessions`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ username: 'dieuphoi', password: PASSWORD }),
});
const { token } = (await answer.json()) as { token: string };
const obligations = rows.flatMap(({ row }) => units.slice(1).map(({ unit }) => idOf(row, unit)));

process.on('message', (message) => {
  if (message === 'usage') process.send?.({ rss: process.memoryUsage().rss, cpu: process.cpuUsage() } satisfies Usage);
  if (message === 'end') {
    void app
      .close()
      .then(() => database.close())
      .then(() => {
        rmSync(folder, { recursive: true, force: true });
        process.exit(0);
      });
  }
});
process.on('disconnect', () => process.exit(1));
process.send?.({ address, token, obligations, started } satisfies Served);
