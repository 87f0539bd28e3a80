import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refusal, type Day, type DayKind, type Document } from '#kernel';
import { Clock } from '#platform/clock';
import { freshId, idOf, type Receipt, type Sender } from '#platform/commands';
import { Database } from '#platform/database';
import { readSheets } from '#platform/sheets';
import {
  calendarFieldsNamed,
  calendarTableIn,
  readCalendar,
  yearNamedIn,
  type CalendarColumn,
  type CalendarImportFault,
  type WrittenDay,
} from './calendar-sheet.format.js';
import { CalendarImport } from './calendar-import.table.js';
import { RULEBOOK, RulebookDispatch } from './rulebook.handler.js';
import { RulebookQuery } from './rulebook.query.js';

/** A day of a file beside what the newest calendar of the year says of it. */
export type PreviewDay = {
  readonly row: number;
  readonly day: Day;
  readonly kind: DayKind;
  readonly name: string;
  readonly state: 'new' | 'known' | 'changed';
};

/** A day that the newest calendar of the year holds and the file does not. */
export type DroppedDay = { readonly day: Day; readonly kind: DayKind; readonly name: string };

/** What a calendar file would bring. */
export type CalendarPreview = {
  readonly id: string;
  readonly file: string;
  readonly sheet: string;
  readonly year: number;
  /** The version that the file would become, or is already. */
  readonly version: number;
  /** The notice that the file names; without one the confirmation names it. */
  readonly document: Document | null;
  readonly confirmed: string | null;
  readonly columns: readonly CalendarColumn[];
  readonly days: readonly PreviewDay[];
  readonly dropped: readonly DroppedDay[];
  readonly faults: readonly CalendarImportFault[];
  readonly summary: {
    readonly days: number;
    readonly new: number;
    readonly known: number;
    readonly changed: number;
    readonly dropped: number;
    readonly faults: number;
  };
};

export type CalendarConfirmed = { readonly days: number; readonly receipt: Receipt };

type Named = { readonly file: string; readonly year?: number | undefined };

const MOST_ROWS = 400;
/** Previews that nobody confirmed are forgotten after so many days. */
const KEPT_DAYS = 30;

/** Calendars out of a file: looked at first, confirmed then. */
@Injectable()
export class CalendarImports {
  constructor(
    private readonly commands: CommandBus,
    private readonly rulebook: RulebookQuery,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Reads a file and keeps what it says; no calendar is there yet. */
  async take(bytes: Buffer, named: Named, by: string): Promise<CalendarPreview> {
    const kept = await this.read(bytes, named, by);
    await this.database.pool.query(
      `delete from calendar_import where confirmed is null and made < $1::timestamptz - make_interval(days => $2)`,
      [kept.made, KEPT_DAYS],
    );
    await this.database.source.getRepository(CalendarImport).insert(kept);
    return this.shown(kept);
  }

  /** What a file would bring, without keeping anything: what `--dry-run` shows. */
  async look(bytes: Buffer, named: Named): Promise<Omit<CalendarPreview, 'id'> & { readonly id: null }> {
    return { ...(await this.shown(await this.read(bytes, named, ''))), id: null };
  }

  /** A file that was taken, beside the calendar that is there now. */
  async preview(id: string): Promise<CalendarPreview> {
    return this.shown(await this.find(id));
  }

  /** Makes a file without faults the calendar of its year; confirmed again, it answers as before and changes nothing. */
  async confirm(id: string, document: Document | undefined, sender: Sender): Promise<CalendarConfirmed> {
    const kept = await this.find(id);
    const { days, faults } = readCalendar(kept.rows as readonly WrittenDay[], kept.year);
    if (kept.receipt) return { days: days.length, receipt: kept.receipt as Receipt };
    if (faults.length > 0) throw refusal('conflict', 'rulebook.import-has-faults', { faults: faults.length });
    const notice = document ?? (kept.document as Document | null);
    if (!notice) throw refusal('invalid', 'rulebook.import-without-document');
    const entries = days.map(({ day, kind, name }) => ({ day, kind, name }));
    const receipt = await this.commands.execute<RulebookDispatch, Receipt>(
      new RulebookDispatch(RULEBOOK, { ...sender, command: idOf(id, 'calendar') }, 'ImportCalendar', {
        year: kept.year,
        entries,
        document: notice,
      }),
    );
    await this.database.pool.query(
      'update calendar_import set confirmed = $2, receipt = $3 where id = $1 and receipt is null',
      [id, this.clock.now(), JSON.stringify(receipt)],
    );
    return { days: entries.length, receipt };
  }

  private async read(bytes: Buffer, named: Named, by: string): Promise<CalendarImport> {
    const table = calendarTableIn(await readSheets(bytes, calendarFieldsNamed));
    if (!table) throw refusal('invalid', 'rulebook.import-without-table');
    const { sheet, columns, rows, document } = table;
    if (rows.length > MOST_ROWS) throw refusal('invalid', 'rulebook.calendar-too-long', { most: MOST_ROWS });
    const year = named.year ?? yearNamedIn(rows);
    if (year === undefined) throw refusal('invalid', 'rulebook.import-without-year');
    const made = this.clock.now();
    const { file } = named;
    return { id: freshId(), by, made, year, file, sheet, columns, rows, document, confirmed: null, receipt: null };
  }

  private async find(id: string): Promise<CalendarImport> {
    const kept = await this.database.source.getRepository(CalendarImport).findOneBy({ id });
    if (!kept) throw refusal('absent', 'rulebook.import-absent', { import: id });
    return kept;
  }

  private async shown(kept: CalendarImport): Promise<CalendarPreview> {
    const { id, file, sheet, year, confirmed } = kept;
    const { days, faults } = readCalendar(kept.rows as readonly WrittenDay[], year);
    const [newest] = await this.rulebook.calendars(year);
    const known = new Map(newest?.entries.map((entry) => [entry.day, entry]));
    const shown = days.map((day): PreviewDay => {
      const before = known.get(day.day);
      if (!before) return { ...day, state: 'new' };
      return { ...day, state: before.kind === day.kind && before.name === day.name ? 'known' : 'changed' };
    });
    const named = new Set(days.map(({ day }) => day));
    const dropped = (newest?.entries ?? []).filter(({ day }) => !named.has(day));
    const count = (state: PreviewDay['state']): number => shown.filter((day) => day.state === state).length;
    const differs = dropped.length > 0 || count('known') < shown.length;
    return {
      id,
      file,
      sheet,
      year,
      version: (newest?.version ?? 0) + (differs ? 1 : 0),
      document: kept.document as Document | null,
      confirmed,
      columns: kept.columns as readonly CalendarColumn[],
      days: shown,
      dropped,
      faults,
      summary: {
        days: shown.length,
        new: count('new'),
        known: count('known'),
        changed: count('changed'),
        dropped: dropped.length,
        faults: faults.length,
      },
    };
  }
}
