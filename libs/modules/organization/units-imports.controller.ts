import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refusal, type Day } from '#kernel';
import { Clock } from '#platform/clock';
import { freshId, idOf, type Receipt, type Sender } from '#platform/commands';
import { Database } from '#platform/database';
import { Projector } from '#platform/projector';
import { readSheets } from '#platform/sheets';
import type { NewUnit } from './organization.decider.js';
import { ORGANIZATION, OrganizationDispatch } from './organization.handler.js';
import { OrganizationQuery } from './organization.query.js';
import { UnitsImport } from './units-import.table.js';
import {
  matched,
  unitFieldsNamed,
  unitsTableIn,
  type ReadUnit,
  type UnitFault,
  type UnitsColumn,
  type WrittenUnit,
} from './units-sheet.format.js';

/** What a units file would bring. */
export type UnitsPreview = {
  readonly id: string;
  readonly file: string;
  readonly sheet: string;
  readonly on: Day;
  readonly decided: Day;
  readonly confirmed: string | null;
  readonly columns: readonly UnitsColumn[];
  readonly rows: readonly ReadUnit[];
  readonly faults: readonly UnitFault[];
  readonly summary: { readonly rows: number; readonly new: number; readonly known: number; readonly faults: number };
};

export type UnitsConfirmed = { readonly rows: number; readonly receipt: Receipt };

const MOST_ROWS = 10_000;
/** One command is one append, which has its limits. */
const PER_COMMAND = { units: 400, characters: 150_000 } as const;
/** Previews that nobody confirmed are forgotten after so many days. */
const KEPT_DAYS = 30;

const chunksOf = (units: readonly ReadUnit[]): readonly (readonly ReadUnit[])[] => {
  const chunks: ReadUnit[][] = [];
  let characters = 0;
  for (const unit of units) {
    const length = JSON.stringify(unit).length;
    const chunk = chunks.at(-1);
    if (!chunk || chunk.length >= PER_COMMAND.units || characters + length > PER_COMMAND.characters) {
      chunks.push([unit]);
      characters = length;
    } else {
      chunk.push(unit);
      characters += length;
    }
  }
  return chunks;
};

/** Units out of a file: looked at first, confirmed then. */
@Injectable()
export class UnitsImports {
  constructor(
    private readonly commands: CommandBus,
    private readonly organization: OrganizationQuery,
    private readonly database: Database,
    private readonly projector: Projector,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads a file and keeps what it says; nothing is founded yet. `on` is the day of operation of new units, that of the
   * root unless it is named.
   */
  async take(
    bytes: Buffer,
    named: { readonly file: string; readonly on?: Day | undefined; readonly decided?: Day | undefined },
    by: string,
  ): Promise<UnitsPreview> {
    const kept = await this.read(bytes, named, by);
    await this.database.pool.query(
      `delete from units_import where confirmed is null and made < $1::timestamptz - make_interval(days => $2)`,
      [kept.made, KEPT_DAYS],
    );
    await this.database.source.getRepository(UnitsImport).insert(kept);
    return this.shown(kept);
  }

  /** What a file would bring, without keeping anything: what `--dry-run` shows. */
  async look(
    bytes: Buffer,
    named: { readonly file: string; readonly on?: Day | undefined; readonly decided?: Day | undefined },
  ): Promise<Omit<UnitsPreview, 'id'> & { readonly id: null }> {
    return { ...(await this.shown(await this.read(bytes, named, ''))), id: null };
  }

  /** A file that was taken, matched with the units that are there now. */
  async preview(id: string): Promise<UnitsPreview> {
    return this.shown(await this.find(id));
  }

  /** Founds what is new in a file without faults; confirmed again, it changes nothing. */
  async confirm(id: string, sender: Sender): Promise<UnitsConfirmed> {
    const kept = await this.find(id);
    const { units, faults } = await this.matched(kept);
    if (faults.length > 0) throw refusal('conflict', 'organization.import-has-faults', { faults: faults.length });
    const fresh = units.filter(({ state }) => state === 'new');
    const { on, decided } = kept;
    const send = (command: string, chunk: readonly ReadUnit[]): Promise<Receipt> => {
      const { expected: _, ...by } = sender;
      const data = { units: chunk.map(newUnitOf), on, decided };
      return this.commands.execute(new OrganizationDispatch(ORGANIZATION, { ...by, command }, 'ImportUnits', data));
    };
    let receipt: Receipt | undefined;
    for (const chunk of chunksOf(fresh)) receipt = await send(idOf(id, 'units', chunk[0]?.row ?? 0), chunk);
    receipt ??= await send(sender.command, []);
    if (kept.confirmed === null) {
      await this.database.pool.query('update units_import set confirmed = $2 where id = $1', [id, this.clock.now()]);
    }
    return { rows: fresh.length, receipt };
  }

  private async read(
    bytes: Buffer,
    named: { readonly file: string; readonly on?: Day | undefined; readonly decided?: Day | undefined },
    by: string,
  ): Promise<UnitsImport> {
    const beginning = await this.organization.beginning();
    if (beginning === undefined) throw refusal('conflict', 'organization.root-absent');
    const table = unitsTableIn(await readSheets(bytes, unitFieldsNamed));
    if (!table) throw refusal('invalid', 'organization.import-without-table');
    if (table.rows.length > MOST_ROWS) throw refusal('invalid', 'organization.import-too-long', { most: MOST_ROWS });
    const { file, on = beginning, decided = on } = named;
    const { sheet, columns, rows } = table;
    return { id: freshId(), by, made: this.clock.now(), on, decided, file, sheet, columns, rows, confirmed: null };
  }

  private async find(id: string): Promise<UnitsImport> {
    const kept = await this.database.source.getRepository(UnitsImport).findOneBy({ id });
    if (!kept) throw refusal('absent', 'organization.import-absent', { import: id });
    return kept;
  }

  private async matched(kept: UnitsImport): Promise<{ units: readonly ReadUnit[]; faults: readonly UnitFault[] }> {
    // Units may have been founded a moment ago.
    await this.projector.caughtUp(['units']);
    const [units, kinds] = await Promise.all([this.organization.unitsOn(kept.on), this.organization.kinds()]);
    return matched(kept.rows as readonly WrittenUnit[], units, kinds, (row) => idOf(kept.id, 'unit', row));
  }

  private async shown(kept: UnitsImport): Promise<UnitsPreview> {
    const { units, faults } = await this.matched(kept);
    const { id, file, sheet, on, decided, confirmed } = kept;
    const count = (state: ReadUnit['state']): number => units.filter((unit) => unit.state === state).length;
    return {
      id,
      file,
      sheet,
      on,
      decided,
      confirmed,
      columns: kept.columns as readonly UnitsColumn[],
      rows: [...units].sort((a, b) => a.row - b.row),
      faults,
      summary: { rows: units.length, new: count('new'), known: count('known'), faults: faults.length },
    };
  }
}

const newUnitOf = ({ unit, code, name, kind, parent, aliases }: ReadUnit): NewUnit => ({
  unit,
  code,
  name,
  kind,
  parent,
  aliases: [...aliases],
});
