import type { Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Day } from '#kernel';
import { AccessModule } from '#modules/access';
import { BatchModule } from '#modules/batch';
import { LedgerModule } from '#modules/ledger';
import { CascadeModule } from '#modules/cascade';
import {
  ORGANIZATION,
  OrganizationDispatch,
  OrganizationModule,
  type OrganizationCommands,
} from '#modules/organization';
import { PlanModule, planIdOf } from '#modules/plan';
import { ProgressModule } from '#modules/progress';
import { RulebookModule } from '#modules/rulebook';
import { SuccessionModule } from '#modules/succession';
import { SettlementModule } from '#modules/settlement';
import { TargetModule } from '#modules/target';
import { TaskModule } from '#modules/task';
import { idOf, type CommandOf } from '#platform/commands';
import type { PartModule } from '#platform/projector';
import { shippedUnits } from './annexes.js';
import { testApp, type Caller, type TestApp } from './app.js';

/** A row of an annex as HTTP takes it. */
export type RowWish = {
  readonly title: string;
  /** Names of units or classes of the province. */
  readonly leads: readonly string[];
  readonly deadline: string;
  readonly field?: string;
  readonly code?: string;
  readonly mode?: { readonly kind: 'all' | 'declared' } | { readonly kind: 'share'; readonly percent: number };
};

/** A promulgated plan with the ids of its rows, in their order. */
export type Promulgated = { readonly plan: string; readonly rows: readonly string[] };

/** Since when the units of a test operate. */
export const FOUNDED: Day = '2025-07-01';

export const CLASSES = { 'Các sở': ['department'], 'Các xã': ['commune'] } as const;

/** A document of a day, as people name them. */
export const documentOf = (date: Day, number = '0085/UBND-NC') => ({ kind: 'Công văn', number, date });

/** The whole product with a small unit tree: a province, its departments and communes, both in classes. */
export class Province {
  private constructor(
    readonly app: TestApp,
    readonly root: string,
    private readonly ids: ReadonlyMap<string, string>,
    private readonly classes: ReadonlySet<string>,
  ) {}

  /** Opens it on a day before the plan's year; with these modules more than most tests need. */
  static open(
    units: { readonly departments: readonly string[]; readonly communes?: readonly string[]; readonly founded?: Day },
    today: Day = '2025-12-01',
    more: readonly (PartModule & Type)[] = [],
  ): Promise<Province> {
    const below = (names: readonly string[], kind: string, letter: string) =>
      names.map((name, index) => ({ code: `${letter}${index + 1}`, name, kind, parent: 'H99', aliases: [] }));
    return Province.of(
      [
        { code: 'H99', name: 'Ủy ban nhân dân tỉnh', kind: 'province', parent: '', aliases: [] },
        ...below(units.departments, 'department', 'S'),
        ...below(units.communes ?? [], 'commune', 'X'),
      ],
      Object.entries(CLASSES).map(([name, kinds]) => ({ name, kinds, aliases: [] })),
      today,
      units.founded,
      more,
    );
  }

  /** Opens it with the units and classes that the demonstration ships. */
  static shipped(today: Day = '2025-12-01'): Promise<Province> {
    const { units, classes } = shippedUnits();
    return Province.of(units, classes, today);
  }

  private static async of(
    units: readonly Omit<ReturnType<typeof shippedUnits>['units'][number], 'id'>[],
    classes: readonly Omit<ReturnType<typeof shippedUnits>['classes'][number], 'id'>[],
    today: Day,
    founded: Day = FOUNDED,
    more: readonly (PartModule & Type)[] = [],
  ): Promise<Province> {
    const app = await testApp([
      OrganizationModule,
      AccessModule,
      RulebookModule,
      PlanModule,
      TaskModule,
      ProgressModule,
      TargetModule,
      BatchModule,
      LedgerModule,
      CascadeModule,
      SuccessionModule,
      SettlementModule,
      ...more,
    ]);
    app.clock.set(today);
    const bus = app.nest.get(CommandBus);
    const send = (...command: CommandOf<OrganizationCommands>): Promise<unknown> => {
      const id = idOf('test', JSON.stringify(command));
      const sender = {
        actor: 'quantri',
        unit: null,
        role: 'administrator',
        correlation: id,
        causation: id,
        command: id,
      };
      return bus.execute(new OrganizationDispatch(ORGANIZATION, sender, ...command));
    };
    const byCode = new Map(units.map(({ code, name }) => [code, idOf('test', name)]));
    await send('ImportUnits', {
      units: units.map(({ code, name, kind, parent, aliases }) => ({
        unit: idOf('test', name),
        code,
        name,
        kind,
        parent: byCode.get(parent) ?? null,
        aliases: [...aliases],
      })),
      on: founded,
      decided: founded,
    });
    for (const { name, kinds, aliases } of classes) {
      const [unitClass, all] = [idOf('test', name), { kinds: [...kinds], aliases: [...aliases] }];
      await send('DefineClass', { class: unitClass, name, ...all, on: founded });
    }
    await app.settled();
    const named = [...units, ...classes].map(({ name }) => [name, idOf('test', name)] as const);
    return new Province(app, byCode.get('H99') ?? '', new Map(named), new Set(classes.map(({ name }) => name)));
  }

  /** The id of a unit or class by its name. */
  id(name: string): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`nobody founded ${name}`);
    return id;
  }

  /** A coordinator of the province. */
  coordinator(username = 'dieuphoi'): Caller {
    return this.app.as({ username, unit: this.root });
  }

  /** A reporter of a unit. */
  reporter(unit: string, username = `baocao ${unit}`): Caller {
    const permissions = ['signed-in', 'read', 'report'] as const;
    return this.app.as({ username, role: 'reporter', unit: this.id(unit), permissions });
  }

  /** The body of a row. */
  row({ leads, mode, ...row }: RowWish): object {
    const named = leads.map((name) => ({ kind: this.classes.has(name) ? 'class' : 'unit', id: this.id(name), name }));
    return { field: 'CDDH', ...row, leads: named, ...(mode ? { mode } : {}) };
  }

  /** Drafts a plan with these rows. */
  async draft(year: number, rows: readonly RowWish[]): Promise<Promulgated> {
    const office = this.coordinator();
    const made = await office
      .post('/plans', { unit: this.root, year, kind: 'cchc', title: `Kế hoạch CCHC năm ${year}`, code: `CCHC-${year}` })
      .expect(201);
    const ids: string[] = [];
    for (const row of rows) {
      const { body } = await office.post(`/plans/${made.body.id}/rows`, this.row(row)).expect(201);
      ids.push(body.row);
    }
    return { plan: planIdOf(this.root, year, 'cchc'), rows: ids };
  }

  /** Drafts a plan with these rows and promulgates it; in effect from the first day of its year. */
  async promulgate(year: number, rows: readonly RowWish[], effect: Day = `${year}-01-01`): Promise<Promulgated> {
    const drafted = await this.draft(year, rows);
    const date = effect < this.app.clock.today() ? effect : this.app.clock.today();
    await this.coordinator()
      .put(`/plans/${drafted.plan}/promulgation`, { document: { ...documentOf(date), kind: 'Kế hoạch' }, effect })
      .expect(200);
    await this.app.settled();
    return drafted;
  }

  /** The id of what a unit owes on a row. */
  obligation(row: string, unit: string): string {
    return idOf(row, this.id(unit));
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
