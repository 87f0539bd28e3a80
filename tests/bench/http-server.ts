import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { plusDays, type Day } from '#kernel';
import { Accounts } from '#modules/access';
import { CALENDAR, CalendarDispatch } from '#modules/calendar';
import { ORGANIZATION, OrganizationDispatch } from '#modules/organization';
import { PlanDispatch, planIdOf } from '#modules/plan';
import { freshId, idOf, type Sender } from '#platform/commands';
import { inProduct, readSettings } from '#platform/config';
import { Database } from '#platform/database';
import { createApp, tables } from '../../apps/api/app.js';

/** What the benchmark is told: where the product serves, as whom to act, and what there is to report on. */
export type Served = {
  readonly database: string;
  readonly address: string;
  readonly token: string;
  readonly obligations: readonly string[];
  /** A day on which work was done that is reported. */
  readonly day: Day;
  /** Another promulgated plan, of a few rows: its figures cost little to ask for. */
  readonly small: string;
  /** The units that may have plans of their own. */
  readonly units: readonly string[];
  /** From nothing to listening, ms. */
  readonly started: number;
};

/** What the process holds and has used: resident bytes now and at most, milliseconds of CPU. */
export type Usage = { readonly rss: number; readonly most: number; readonly cpu: number };

const PASSWORD = 'một mật khẩu đủ dài';
const [UNITS, ROWS] = [118, 100];

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
const today = app.clock.today();
const day = plusDays(today, -30);
// The day has begun before there are plans, and these are of next year: nobody is reminded while commands are counted.
const year = Number(today.slice(0, 4)) + 1;
await bus.execute(new CalendarDispatch(CALENDAR, sender('system'), 'BeginDays', { until: today }));
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
const lead = { kind: 'class' as const, id: idOf('bench', 'class'), name: 'UBND các xã, phường' };
const one = { kind: 'unit' as const, id: units[1]?.unit ?? '', name: units[1]?.name ?? '' };
const promulgate = async (sequence: number, count: number, leads: (typeof lead | typeof one)[]): Promise<string> => {
  const plan = planIdOf(root, year, 'cchc', sequence);
  await bus.execute(
    new PlanDispatch(plan, sender('coordinator'), 'DraftPlan', {
      unit: root,
      year,
      kind: 'cchc',
      sequence,
      title: 'Kế hoạch',
    }),
  );
  const rows = Array.from({ length: count }, (_, index) => ({
    row: idOf('bench', 'row', sequence, index),
    content: {
      field: 'CDDH',
      code: `I.${index + 1}`,
      title: `Nhiệm vụ số ${index + 1}`,
      deliverable: 'Báo cáo',
      leads,
      leadsText: leads.map(({ name }) => name).join('; '),
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
      document: { kind: 'Kế hoạch', number: `${sequence}/KH-UBND`, date: day },
      effect: day,
    }),
  );
  return plan;
};
await promulgate(1, ROWS, [lead]);
const small = await promulgate(2, 5, [one]);
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
const members = units.slice(1).map(({ unit }) => unit);
const obligations = Array.from({ length: ROWS }, (_, index) => idOf('bench', 'row', 1, index)).flatMap((row) =>
  members.map((unit) => idOf(row, unit)),
);
const usage = (): Usage => {
  const { user, system } = process.cpuUsage();
  return {
    rss: process.memoryUsage().rss,
    most: process.resourceUsage().maxRSS * 1024,
    cpu: (user + system) / 1_000,
  };
};

process.on('message', (message) => {
  if (message === 'usage') process.send?.(usage());
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
process.send?.({ database: url, address, token, obligations, day, small, units: members, started } satisfies Served);
