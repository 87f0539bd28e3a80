import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { parse } from 'csv-parse/sync';
import type { Day } from '#kernel';
import { Accounts } from '#modules/access';
import { CALENDAR, CalendarDispatch } from '#modules/calendar';
import { ORGANIZATION, OrganizationDispatch, type NewUnit } from '#modules/organization';
import { PlanDispatch, planIdOf, PlanImports, PlanQuery } from '#modules/plan';
import { ObligationDispatch, TaskDispatch } from '#modules/task';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import { inProduct } from '#platform/config';
import type { Database } from '#platform/database';
import type { EventStore } from '#platform/event-store';
import type { FileStore } from '#platform/files';
import type { ProcessRunner } from '#platform/processes';
import type { Projector } from '#platform/projector';
import { Texts } from '#platform/texts';
import { PEOPLE, signInsOf } from './people.js';
import type { StoredClock } from './stored-clock.js';
import { actsOf, chance, pick, type Act, type SampleRow } from './year.js';

/** What the loader works with: the running product, from whose commands alone it makes the year. */
export type Loading = {
  readonly nest: INestApplicationContext;
  readonly database: Database;
  readonly store: EventStore;
  readonly projector: Projector;
  readonly processes: ProcessRunner;
  readonly files: FileStore;
  /** The data folder, where the sign-ins are kept. */
  readonly folder: string;
  readonly stored: StoredClock;
  readonly progress?: (words: string, share: number) => void;
};

const DATA = inProduct('libs/demonstration/data');
/** How many commands are under way at once; those of one half day only. */
const AT_ONCE = 40;
const NOON = 12 * 60;
/** From this day on the processes run and days begin: units are told of the last week, not of the whole year. */
const WATCHED_FROM: Day = '2026-12-14';

type Cells = Readonly<Record<string, string>>;

const table = (file: string): readonly Cells[] =>
  parse(readFileSync(join(DATA, file)), { columns: true, bom: true, skip_empty_lines: true });

const words = (text: string | undefined): string[] =>
  (text ?? '')
    .split(';')
    .map((word) => word.trim())
    .filter(Boolean);

/** The instant of a minute of a day in Asia/Ho_Chi_Minh. */
const instant = (day: Day, minutes: number): string =>
  new Date(new Date(`${day}T00:00:00+07:00`).getTime() + minutes * 60_000).toISOString();

/** Numbers of documents as offices write them: "12/BC-SNV". */
const signOf = (unit: string): string =>
  unit
    .replace(/^(Xã|Phường) số /, (_, kind: string) => (kind === 'Xã' ? 'X' : 'P'))
    .split(/[\s,]+/)
    .map((word) => (/^\d+$/.test(word) || /^[XP]\d+$/.test(word) ? word : (word[0] ?? '').toUpperCase()))
    .join('');

const ACCOUNTS = [
  'Đã hoàn thành và gửi kết quả theo đúng yêu cầu của kế hoạch.',
  'Đã ban hành văn bản, niêm yết công khai và gửi Sở Nội vụ tổng hợp.',
  'Đơn vị đã thực hiện xong, sản phẩm đính kèm.',
  'Kết quả đã được lãnh đạo đơn vị phê duyệt; tài liệu kiểm chứng kèm theo.',
  'Đã tổ chức thực hiện đến các phòng, bộ phận trực thuộc; có báo cáo kết quả.',
];

/** Loads the invented year where it is missing; a load that was cut off goes on where it ended. */
export const loadDemonstration = async (loading: Loading): Promise<void> => {
  const signIns = signInsOf(loading.folder);
  if (loading.stored.loaded) return;
  const year = new Year(loading);
  await year.people(signIns);
  await year.units();
  await year.assign();
  await year.plan();
  await year.acts();
  await loading.stored.finish();
};

/** One loading of the year. Commands carry ids made of what they are, so that a second load repeats nothing. */
class Year {
  private readonly bus: CommandBus;
  private readonly texts: Texts;
  private readonly accounts: Accounts;
  private readonly ids = new Map<string, string>();
  private readonly unitByCode = new Map<string, { id: string; name: string }>();
  private readonly reporterOf = new Map<string, string>();
  private readonly sample: readonly (SampleRow & { readonly leads: string })[];
  private planId = '';

  constructor(private readonly loading: Loading) {
    this.bus = loading.nest.get(CommandBus, { strict: false });
    this.texts = loading.nest.get(Texts, { strict: false });
    this.accounts = loading.nest.get(Accounts, { strict: false });
    this.sample = table('ke-hoach-cchc-2026.csv').map((cells) => {
      const cell = (name: string): string => cells[name] ?? '';
      const done = cell('trang_thai_mau') === 'Hoàn thành';
      return {
        code: cell('muc'),
        field: cell('ma_linh_vuc'),
        title: cell('nhiem_vu'),
        deliverable: cell('san_pham'),
        leads: cell('co_quan_chu_tri'),
        cycle: cell('chu_ky') === 'mot_lan' ? 'once' : cell('chu_ky') === 'thang' ? 'monthly' : 'quarterly',
        due: cell('han_hoan_thanh_iso'),
        done: done ? cell('ngay_hoan_thanh_mau') : null,
        recorded: done ? cell('ngay_cong_nhan_mau') : null,
      };
    });
  }

  /** The sign-ins, and one account per further unit that reports: it has a name and no password. */
  async people(signIns: readonly { readonly username: string; readonly password: string }[]): Promise<void> {
    this.step('Tạo tài khoản', 0);
    for (const { username, role, displayName } of PEOPLE) {
      const password = signIns.find((one) => one.username === username)?.password;
      this.ids.set(username, await this.account({ username, role, displayName, ...(password ? { password } : {}) }));
    }
    for (const { code, name, kind } of table('units.csv')) {
      if (!code || !kind || kind === 'province') continue;
      const username = `bc.${code.toLowerCase()}`;
      this.reporterOf.set(
        code,
        await this.account({ username, role: 'reporter', displayName: `Cán bộ báo cáo, ${name ?? ''}` }),
      );
    }
  }

  /** Units and classes, in operation since 01/7/2025 and recorded when the installation began. */
  async units(): Promise<void> {
    this.step('Tạo cơ cấu tổ chức', 0);
    this.loading.stored.clock.setForward(instant('2025-12-01', 8 * 60));
    const units: NewUnit[] = table('units.csv').map((cells) => {
      const id = idOf('demonstration', 'unit', cells['code'] ?? '');
      this.unitByCode.set(cells['code'] ?? '', { id, name: cells['name'] ?? '' });
      return {
        unit: id,
        code: cells['code'] ?? '',
        name: cells['name'] ?? '',
        kind: cells['kind'] ?? '',
        parent: cells['parent'] ? (this.unitByCode.get(cells['parent'])?.id ?? null) : null,
        aliases: words(cells['aliases']),
      };
    });
    const sender = this.sender('quantri', 'units');
    await this.bus.execute(
      new OrganizationDispatch(ORGANIZATION, sender, 'ImportUnits', { units, on: '2025-07-01', decided: '2025-06-16' }),
    );
    for (const cells of table('classes.csv')) {
      const name = cells['name'] ?? '';
      await this.bus.execute(
        new OrganizationDispatch(ORGANIZATION, this.sender('quantri', `class ${name}`), 'DefineClass', {
          class: idOf('demonstration', 'class', name),
          name,
          kinds: words(cells['kinds']),
          aliases: words(cells['aliases']),
          on: '2025-07-01',
        }),
      );
    }
    await this.settled();
  }

  /** Puts the accounts into their units. */
  async assign(): Promise<void> {
    const unitOf = (code: string): string => this.unitByCode.get(code)?.id ?? '';
    for (const { username, unit } of PEOPLE) await this.accounts.assign(this.ids.get(username) ?? '', unitOf(unit));
    for (const [code, id] of this.reporterOf) await this.accounts.assign(id, unitOf(code));
  }

  /** The plan: drafted, its annex brought in from the Excel file, promulgated. */
  async plan(): Promise<void> {
    this.step('Nạp kế hoạch', 0);
    const { clock } = this.loading.stored;
    const root = this.unitByCode.get('H99')?.id ?? '';
    this.planId = planIdOf(root, 2026, 'cchc');
    clock.setForward(instant('2025-12-22', 9 * 60));
    const title = 'Kế hoạch cải cách hành chính năm 2026';
    await this.bus.execute(
      new PlanDispatch(this.planId, this.sender('dieuphoi', 'draft'), 'DraftPlan', {
        unit: root,
        year: 2026,
        kind: 'cchc',
        sequence: 1,
        title,
      }),
    );
    await this.settled();
    clock.setForward(instant('2025-12-23', 9 * 60));
    const plans = this.loading.nest.get(PlanQuery, { strict: false });
    if ((await plans.find(this.planId)).status === 'draft') {
      const imports = this.loading.nest.get(PlanImports, { strict: false });
      const bytes = readFileSync(join(DATA, 'ke-hoach-cchc-2026.xlsx'));
      const sender = this.sender('dieuphoi', 'import');
      const file = await this.loading.files.store(Readable.from([bytes]), sender.actor);
      const taken = await imports.take(
        this.planId,
        { name: 'ke-hoach-cchc-2026.xlsx', bytes, sha256: file.sha256 },
        sender,
      );
      await imports.confirm(taken.id, sender);
      await this.settled();
    }
    clock.setForward(instant('2025-12-24', 10 * 60));
    const signed = await this.loading.files.store(
      Readable.from([readFileSync(join(DATA, 'ke-hoach-0257-KH-UBND.pdf'))]),
      this.sender('dieuphoi', 'file').actor,
    );
    await this.bus.execute(
      new PlanDispatch(this.planId, this.sender('dieuphoi', 'promulgate'), 'PromulgatePlan', {
        document: {
          kind: 'Kế hoạch',
          number: '0257/KH-UBND',
          date: '2025-12-22',
          signatory: 'Chủ tịch UBND tỉnh',
          file: signed.sha256,
        },
        effect: '2026-01-01',
      }),
    );
    await this.settled();
  }

  /** Everything that happened to the rows, day by day. */
  async acts(): Promise<void> {
    const units = await this.obliged();
    const acts = actsOf(this.sample, new Map([...units].map(([code, { owed }]) => [code, owed.length])));
    const half = ({ day, at }: Act): string => `${day} ${at < NOON ? 'morning' : 'afternoon'}`;
    for (let from = 0; from < acts.length;) {
      const first = acts[from] as Act;
      let to = from;
      while (to < acts.length && to - from < AT_ONCE && half(acts[to] as Act) === half(first)) to += 1;
      this.loading.stored.clock.setForward(instant(first.day, first.at));
      if (first.day >= WATCHED_FROM) await this.watched(first.day);
      // Acts on one obligation wait for each other.
      const chains = new Map<string, Promise<void>>();
      for (const act of acts.slice(from, to)) {
        const key = `${act.row} ${act.unit}`;
        const before = chains.get(key) ?? Promise.resolve();
        chains.set(
          key,
          before.then(() => this.perform(act, units.get(act.row))),
        );
      }
      await Promise.all(chains.values());
      from = to;
      this.step('Ghi diễn biến trong năm', from / acts.length);
    }
    await this.settled();
    await this.loading.processes.passed(this.loading.processes.names, (await this.loading.store.end()) ?? '', 60_000);
  }

  /** A day of the last week begins, and what happens on it has its consequences. */
  private async watched(day: Day): Promise<void> {
    await this.loading.processes.start();
    const command = this.command(`day ${day}`);
    const sender = { actor: 'system:calendar', unit: null, role: 'system' };
    await this.bus.execute(
      new CalendarDispatch(CALENDAR, { ...sender, command, correlation: command, causation: command }, 'BeginDays', {
        until: day,
      }),
    );
  }

  private async perform(act: Act, row: Obliged | undefined): Promise<void> {
    const owed = row?.owed[act.unit];
    if (!row || !owed) throw new Error(`the row ${act.row} has no obligation ${act.unit}`);
    const key = [act.row, act.unit, act.period, act.attempt].join('/');
    const report = idOf(this.command(`report ${key}`), 'entry');
    const coordinator = this.coordinatorFor(act, owed.code);
    const sender = this.sender(coordinator, `${act.kind} ${key}${act.by === undefined ? '' : ` ${act.by}`}`);
    switch (act.kind) {
      case 'report':
        return this.report(act, row, owed, key);
      case 'accept': {
        await this.bus.execute(new ObligationDispatch(owed.id, sender, 'AcceptReport', { report }));
        return;
      }
      case 'return': {
        const reason =
          act.row === 'V.4'
            ? 'Thiếu danh sách người tham dự lớp tập huấn.'
            : 'Mới là dự thảo báo cáo, chưa được lãnh đạo UBND tỉnh ký.';
        await this.texts.during(sender, { reason }, (refs) =>
          this.bus.execute<ObligationDispatch, Receipt>(
            new ObligationDispatch(owed.id, sender, 'ReturnReport', { report, reason: needed(refs.reason) }),
          ),
        );
        return;
      }
      case 'extend': {
        const reason = 'Chờ nghị quyết của HĐND tỉnh về sắp xếp đơn vị sự nghiệp công lập.';
        await this.texts.during(sender, { reason }, (refs) =>
          this.bus.execute<TaskDispatch, Receipt>(
            new TaskDispatch(row.task, sender, 'ExtendTask', {
              due: act.due ?? '',
              on: act.day,
              document: {
                kind: 'Công văn',
                number: '2189/UBND-NC',
                date: act.day,
                signatory: 'Phó Chủ tịch UBND tỉnh',
              },
              reason: needed(refs.reason),
            }),
          ),
        );
        return;
      }
      case 'correct': {
        const reason = 'Quy chế ký ngày 25/3 là dự thảo; bản ban hành chính thức ghi ngày 09/4/2026.';
        await this.texts.during(sender, { reason }, (refs) =>
          this.bus.execute<ObligationDispatch, Receipt>(
            new ObligationDispatch(owed.id, sender, 'CorrectReport', {
              report,
              changes: { on: act.workDay ?? '' },
              reason: needed(refs.reason),
              document: { kind: 'Công văn', number: '3012/SNV-CCHC', date: act.day, signatory: 'Giám đốc Sở Nội vụ' },
            }),
          ),
        );
        return;
      }
      case 'withdraw-acceptance': {
        const acceptance = idOf(this.command(`accept ${key}`), 'entry');
        const reason = 'Công nhận nhầm: tệp đính kèm mới là dự thảo, chưa phát hành.';
        await this.texts.during(sender, { reason }, (refs) =>
          this.bus.execute<ObligationDispatch, Receipt>(
            new ObligationDispatch(owed.id, sender, 'WithdrawAcceptance', { acceptance, reason: needed(refs.reason) }),
          ),
        );
        return;
      }
    }
  }

  private async report(act: Act, row: Obliged, owed: Owed, key: string): Promise<void> {
    const sender = this.sender(this.reporterFor(owed.code), `report ${key}`);
    const workDay = act.workDay ?? act.day;
    const complete = act.complete === true;
    const account = complete
      ? pick(ACCOUNTS, key)
      : `Lũy kế giải ngân đạt ${act.percent ?? 0}% kế hoạch vốn; các dự án còn lại đang hoàn thiện hồ sơ thanh toán.`;
    const kind = words(row.deliverable)[0] ?? 'Báo cáo';
    const number = `${1 + chance(480, 'number', key)}/BC-${signOf(owed.name)}`;
    await this.texts.during(sender, { account }, (refs) =>
      this.bus.execute<ObligationDispatch, Receipt>(
        new ObligationDispatch(owed.id, sender, 'ReportWork', {
          period: act.period,
          complete,
          percent: act.percent ?? 0,
          on: workDay,
          account: needed(refs.account),
          evidence: [{ entry: idOf(sender.command, 'evidence', 0), kind, number, date: workDay }],
        }),
      ),
    );
  }

  /** Who accepts and returns: where Sở Nội vụ itself reports, the other coordinator than the one who reported. */
  private coordinatorFor(act: Act, unit: string): string {
    if (act.by === 'first') return 'dieuphoi';
    if (act.by === 'second' || unit === 'H99.01') return 'dieuphoi2';
    return chance(3, act.row, act.unit, act.period) === 0 ? 'dieuphoi2' : 'dieuphoi';
  }

  private reporterFor(unit: string): string {
    if (unit === 'H99.03') return 'baocao';
    if (unit === 'H99.101') return 'baocaoxa';
    return unit;
  }

  /** The units that each row obliges, the one with the longest delay last, so that stories have their place. */
  private async obliged(): Promise<ReadonlyMap<string, Obliged>> {
    const { rows } = await this.loading.database.pool.query<{
      task: string;
      code: string;
      unit: string;
      obligation: string;
    }>(
      `select t.task, t.code, o.unit, o.obligation
       from view_progress.task t join view_progress.obligation o on o.task = t.task
       where t.plan = $1`,
      [this.planId],
    );
    const codes = new Map([...this.unitByCode].map(([code, { id, name }]) => [id, { code, name }]));
    const byRow = new Map<string, Obliged>();
    for (const { task, code, unit, obligation } of rows) {
      const known = codes.get(unit);
      if (!known) throw new Error(`no unit ${unit}`);
      const title = this.sample.find((row) => row.code === code);
      const found = byRow.get(code) ?? { task, deliverable: title?.deliverable ?? '', owed: [] };
      found.owed.push({ id: obligation, code: known.code, name: known.name });
      byRow.set(code, found);
    }
    for (const [code, row] of byRow) {
      row.owed.sort((a, b) => (chance(1e9, code, a.code) < chance(1e9, code, b.code) ? -1 : 1));
    }
    return byRow;
  }

  private async account(person: {
    readonly username: string;
    readonly role: string;
    readonly displayName: string;
    readonly password?: string;
  }): Promise<string> {
    const id = idOf('demonstration', 'account', person.username);
    await this.accounts.ensure({ id, unit: null, ...person });
    return id;
  }

  private sender(who: string, what: string): Sender {
    const actor = this.ids.get(who) ?? this.reporterOf.get(who);
    if (actor === undefined) throw new Error(`nobody is called ${who}`);
    const person = PEOPLE.find(({ username }) => username === who);
    const command = this.command(what);
    return {
      actor,
      unit: this.unitByCode.get(person?.unit ?? who)?.id ?? null,
      role: person?.role ?? 'reporter',
      command,
      correlation: command,
      causation: command,
    };
  }

  private command(what: string): string {
    return idOf('demonstration', 'command', what);
  }

  private async settled(): Promise<void> {
    const end = await this.loading.store.end();
    if (end === undefined) return;
    const names = this.loading.projector.views.map(({ name }) => name);
    if (!(await this.loading.projector.passed(names, end, 60_000))) {
      throw new Error('the views do not come along; see the messages above');
    }
  }

  private step(what: string, share: number): void {
    this.loading.progress?.(what, share);
  }
}

type Owed = { readonly id: string; readonly code: string; readonly name: string };
type Obliged = { readonly task: string; readonly deliverable: string; readonly owed: Owed[] };

const needed = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('a text of the demonstration is empty');
  return value;
};
