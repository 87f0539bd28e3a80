import { Injectable } from '@nestjs/common';
import { daysFrom, type Day, type Document } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { DuesQuery, type Clocks, type PlanFacts } from '#modules/progress';
import { ExtensionLedgerQuery, type ExtensionEntry, type ExtensionMended } from '#modules/task';
import { People } from '#platform/http';
import { LedgerRows, type LedgerRow, type Named } from './ledger-rows.controller.js';

/** Which extensions are asked for. */
export type ExtensionFilter = {
  readonly unit?: string | undefined;
  readonly field?: string | undefined;
  readonly task?: string | undefined;
  readonly kind?: 'row' | 'obligation' | undefined;
  readonly state?: 'standing' | 'corrected' | 'withdrawn' | undefined;
  readonly afterDue?: boolean | undefined;
};

type Mended = Omit<ExtensionMended, 'actor'> & { readonly actor: Named };

/** An extension as the ledger shows it. */
export type ExtensionItem = Omit<
  ExtensionEntry,
  'task' | 'obligation' | 'unit' | 'at' | 'actor' | 'permit' | 'corrections' | 'withdrawn'
> & {
  readonly position: string;
  /** Of a whole row, or of what one unit owes on it. */
  readonly kind: 'row' | 'obligation';
  readonly state: 'standing' | 'corrected' | 'withdrawn';
  readonly task: LedgerRow;
  readonly unit: Named | null;
  /** How many units it concerns, and the first of them by name. */
  readonly units: number;
  readonly named: readonly Named[];
  /** Which extension of this row or obligation it is, of those that stand; null when it was withdrawn. */
  readonly number: number | null;
  readonly days: number;
  readonly document: Document;
  readonly actor: Named;
  readonly corrections: readonly Mended[];
  readonly withdrawn: Mended | null;
};

/** How often, and by how many days, of extensions that stand. */
export type ExtensionSums = { readonly extensions: number; readonly afterDue: number; readonly days: number };

export type ExtensionTotals = ExtensionSums & {
  readonly withdrawn: number;
  /** By unit, most often first; an extension of a row counts for every unit that owed it when it took effect. */
  readonly byUnit: readonly (ExtensionSums & { readonly unit: Named })[];
};

const vietnamese = new Intl.Collator('vi');

/** So many units are named; of more their number says enough. */
const NAMED = 3;

const sumsOf = (items: readonly ExtensionItem[]): ExtensionSums => ({
  extensions: items.length,
  afterDue: items.filter(({ afterDue }) => afterDue).length,
  days: items.reduce((sum, { days }) => sum + days, 0),
});

/** The ledger of extensions: who was given more time, how often, how long, by which document. */
@Injectable()
export class ExtensionLedger {
  constructor(
    private readonly query: ExtensionLedgerQuery,
    private readonly dues: DuesQuery,
    private readonly rows: LedgerRows,
    private readonly organization: OrganizationQuery,
    private readonly people: People,
  ) {}

  /** The extensions in force by D, as recorded by R, in the order of recording, and their sums. */
  async of(
    plan: PlanFacts,
    clocks: Clocks,
    filter: ExtensionFilter = {},
  ): Promise<{ readonly items: readonly ExtensionItem[]; readonly totals: ExtensionTotals }> {
    const [said, before, rowOf] = await Promise.all([
      this.query.extensions(plan.id, clocks.upTo),
      this.dues.beforeExtensions(plan.id, clocks.upTo),
      this.rows.of(plan, clocks),
    ]);
    // What one extension moved follows from those before it, which may have been corrected or withdrawn since.
    const entries = said.map((entry) => movedFrom(before.get(entry.entry), entry));
    const inForce = entries.filter(({ effect }) => effect <= clocks.on);
    const ofRows = inForce.filter(({ unit }) => unit === null);
    const owers = await this.dues.owersAt(plan.id, ofRows, clocks.upTo);
    const unitsOf = ({ entry, unit }: ExtensionEntry): readonly string[] =>
      unit === null ? (owers.get(entry) ?? []) : [unit];
    const [unitNames, person] = await Promise.all([
      this.organization.unitNames(inForce.flatMap(unitsOf)),
      this.people.called(inForce.flatMap(peopleIn)),
    ]);
    const unitNamed = (id: string): Named => ({ id, name: unitNames.get(id) ?? '' });
    const numbers = new Map<string, number>();
    const all = inForce.map((entry) => {
      const subject = entry.obligation ?? entry.task;
      const number = entry.withdrawn ? null : (numbers.get(subject) ?? 0) + 1;
      if (number !== null) numbers.set(subject, number);
      const units = unitsOf(entry);
      return {
        units,
        item: itemOf(entry, { number, units: units.map(unitNamed), row: rowOf(entry.task), unitNamed, person }),
      };
    });
    const kept = all.filter(
      ({ item, units }) =>
        (filter.unit === undefined || units.includes(filter.unit)) &&
        (filter.field === undefined || item.task.field.code === filter.field) &&
        (filter.task === undefined || item.task.id === filter.task) &&
        (filter.kind === undefined || item.kind === filter.kind) &&
        (filter.state === undefined || item.state === filter.state) &&
        (filter.afterDue === undefined || item.afterDue === filter.afterDue),
    );
    const standing = kept.filter(({ item }) => item.withdrawn === null);
    const byUnit = new Map<string, ExtensionItem[]>();
    for (const { item, units } of standing) {
      for (const unit of units) byUnit.set(unit, [...(byUnit.get(unit) ?? []), item]);
    }
    return {
      items: kept.map(({ item }) => item),
      totals: {
        ...sumsOf(standing.map(({ item }) => item)),
        withdrawn: kept.length - standing.length,
        byUnit: [...byUnit]
          .filter(([unit]) => filter.unit === undefined || unit === filter.unit)
          .map(([unit, items]) => ({ unit: unitNamed(unit), ...sumsOf(items) }))
          .sort((a, b) => b.extensions - a.extensions || vietnamese.compare(a.unit.name, b.unit.name)),
      },
    };
  }
}

const movedFrom = (before: Day | undefined, entry: ExtensionEntry): ExtensionEntry =>
  before === undefined ? entry : { ...entry, before, afterDue: entry.effect > before };

const peopleIn = ({ actor, corrections, withdrawn }: ExtensionEntry): readonly string[] => [
  actor,
  ...corrections.map((one) => one.actor),
  ...(withdrawn ? [withdrawn.actor] : []),
];

const itemOf = (
  { task: _, obligation, unit, at, actor, permit, corrections, withdrawn, ...entry }: ExtensionEntry,
  known: {
    readonly number: number | null;
    readonly units: readonly Named[];
    readonly row: LedgerRow;
    readonly unitNamed: (id: string) => Named;
    readonly person: (id: string) => Named;
  },
): ExtensionItem => {
  const mended = (one: ExtensionMended): Mended => ({ ...one, actor: known.person(one.actor) });
  return {
    ...entry,
    position: at,
    kind: obligation === null ? 'row' : 'obligation',
    state: withdrawn ? 'withdrawn' : corrections.length > 0 ? 'corrected' : 'standing',
    task: known.row,
    unit: unit === null ? null : known.unitNamed(unit),
    units: known.units.length,
    named: known.units.toSorted((a, b) => vietnamese.compare(a.name, b.name)).slice(0, NAMED),
    number: known.number,
    days: daysFrom(entry.before, entry.due),
    document: permit,
    actor: known.person(actor),
    corrections: corrections.map(mended),
    withdrawn: withdrawn ? mended(withdrawn) : null,
  };
};
