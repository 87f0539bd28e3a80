import { Injectable } from '@nestjs/common';
import { folded, Refusal, refusal } from '#kernel';
import { periodName } from '#modules/progress';
import { ReportQuery, type Evidence, type ReportActed, type ReportStands } from '#modules/task';
import { Clock } from '#platform/clock';
import { idOf, isCoordinator, type Sender } from '#platform/commands';
import { Database } from '#platform/database';
import { People, shownRefusal, type ShownRefusal } from '#platform/http';
import { Projector } from '#platform/projector';
import { BatchRuns, type NewLine, type ReportData, type RunOutcome } from './batch-runs.controller.js';
import { StatusImport } from './status-import.table.js';
import { judgeLine, type JudgedLine, type ReadPiece, type ReportWish } from './status-line.format.js';
import { saidIn, StatusLines, type SaidFully, type StatusLine } from './status-lines.controller.js';
import { readStatusSheet, type SheetLine, type StatusSheetRead } from './status-sheet.format.js';

/** A file as it is handed in. */
export type StatusFile = { readonly name: string; readonly bytes: Buffer; readonly sha256: string };

/** What is wrong with a cell, or with a whole line. */
export type StatusFault = { readonly row: number; readonly column: string } & ShownRefusal;

/** What happened to a line's period since the file was downloaded. */
export type StatusConflict = {
  readonly row: number;
  readonly obligation: string;
  readonly period: number;
  readonly since: readonly {
    readonly entry: string;
    readonly kind: string;
    readonly recorded: string;
    readonly actor: { readonly id: string; readonly name: string };
  }[];
};

/** A line that asks for something. */
export type StatusRow = {
  readonly row: number;
  readonly obligation: string;
  readonly period: number;
  readonly code: string;
  readonly title: string;
  readonly unit: { readonly id: string; readonly name: string };
  readonly periodName: string;
  readonly report: (Omit<ReportWish, 'evidence'> & { readonly evidence: readonly object[] }) | null;
  readonly accept: { readonly report: string; readonly version: number } | null;
};

export type StatusSummary = {
  readonly lines: number;
  readonly reports: number;
  readonly acceptances: number;
  readonly untouched: number;
  readonly faults: number;
  readonly conflicts: number;
};

/** What a status table would bring. */
export type StatusPreview = {
  readonly id: string | null;
  readonly plan: string;
  readonly file: string;
  readonly confirmed: string | null;
  /** The log's position at the download; null when the file does not say: later changes cannot be told then. */
  readonly position: string | null;
  readonly summary: StatusSummary;
  readonly rows: readonly StatusRow[];
  readonly faults: readonly StatusFault[];
  readonly conflicts: readonly StatusConflict[];
};

/** Files that nobody confirmed are dropped after this many days. */
const KEPT_DAYS = 14;
/** How long a confirmation waits for small files before it answers how far it is. */
const PATIENCE_MS = 5_000;
/** How many refusals come with the answer of a confirmation. */
const REFUSALS = 200;

type JudgedRow = JudgedLine & {
  readonly row: number;
  readonly line: StatusLine;
  /** What the line said at its download. */
  readonly base: SaidFully | null | undefined;
  /** True when the line names the version of the report that matters now. */
  readonly isCurrent: boolean;
  /** True when the line shows that report, by its name or word for word. */
  readonly isShown: boolean;
  /** True when the line was downloaded with a mark under "Công nhận". */
  readonly printed: boolean;
};

type Read = {
  readonly mark: StatusSheetRead['mark'];
  readonly judged: readonly JudgedRow[];
  readonly faults: readonly (Pick<StatusFault, 'row' | 'column'> & {
    readonly refusal: Refusal;
    readonly line: StatusLine | null;
  })[];
  readonly conflicts: ReadonlyMap<number, readonly ReportActed[]>;
  readonly lines: number;
};

/** Takes status tables in, shows what they would bring, and brings it: reports and acceptances, line by line. */
@Injectable()
export class StatusImports {
  constructor(
    private readonly database: Database,
    private readonly lines: StatusLines,
    private readonly reports: ReportQuery,
    private readonly people: People,
    private readonly runs: BatchRuns,
    private readonly projector: Projector,
    private readonly clock: Clock,
  ) {}

  /** Stores a file that can be read as a status table and shows it; one that cannot leaves nothing. */
  async take(plan: string, file: StatusFile, sender: Sender): Promise<StatusPreview & { readonly id: string }> {
    const id = idOf(sender.command, 'status-import');
    // The same command again: it may have been confirmed since.
    const { rowCount } = await this.database.pool.query('select from status_import where id = $1', [id]);
    if (rowCount === 1) return { ...(await this.preview(id, sender)), id };
    const read = await this.read(plan, file.bytes, sender);
    const now = this.clock.now();
    await this.database.pool.query(
      `insert into status_import (id, plan, by, made, file, sha256, bytes) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (id) do nothing`,
      [id, plan, sender.actor, now, file.name, file.sha256, file.bytes],
    );
    await this.database.pool.query(
      `delete from status_import where confirmed is null and made < $1::timestamptz - make_interval(days => $2)`,
      [now, KEPT_DAYS],
    );
    return { ...(await this.shown(read)), id, plan, file: file.name, confirmed: null };
  }

  /** A file as it would be brought, without keeping anything: what `--dry-run` shows. */
  async look(plan: string, file: StatusFile, sender: Sender): Promise<StatusPreview> {
    const read = await this.read(plan, file.bytes, sender);
    return { ...(await this.shown(read)), id: null, plan, file: file.name, confirmed: null };
  }

  /** A file read anew against what is recorded now; of a confirmed one what was counted. */
  async preview(id: string, sender: Sender): Promise<StatusPreview> {
    const { plan, file, confirmed, bytes, summary } = await this.found(id, sender);
    const about = { id, plan, file, confirmed };
    if (bytes === null) {
      return { ...about, position: null, summary: summary as StatusSummary, rows: [], faults: [], conflicts: [] };
    }
    return { ...(await this.shown(await this.read(plan, bytes, sender))), ...about };
  }

  /**
   * Brings what a file asks for, each line counted or refused on its own; confirmed again it answers how far it is.
   * Lines whose period changed since the download are refused, except those in `despite`.
   */
  async confirm(id: string, despite: readonly number[], sender: Sender): Promise<RunOutcome> {
    const { plan, bytes } = await this.found(id, sender);
    const run = idOf(id, 'run');
    if (bytes !== null) {
      await this.projector.caughtUp(['progress', 'entries']);
      const read = await this.read(plan, bytes, sender);
      const { summary } = await this.shown(read);
      await this.runs.begin(
        { id: run, plan, kind: 'status-import' },
        sender,
        actsOf(id, read, new Set(despite)),
        (client) =>
          client.query('update status_import set confirmed = $2, summary = $3, bytes = null where id = $1', [
            id,
            this.clock.now(),
            JSON.stringify(summary),
          ]),
      );
    }
    await this.runs.ended(run, PATIENCE_MS);
    return this.outcome(id, sender);
  }

  /** How far a confirmed file is carried out; waits for its end where it is told to, at most that long. */
  async outcome(
    id: string,
    sender: Sender,
    asked: { readonly cursor?: string | undefined; readonly limit: number; readonly waitMs?: number } = {
      limit: REFUSALS,
    },
  ): Promise<RunOutcome> {
    const { plan, confirmed } = await this.found(id, sender);
    if (confirmed === null) throw refusal('conflict', 'status-import.not-confirmed');
    return this.runs.outcome(plan, idOf(id, 'run'), asked);
  }

  private async read(plan: string, bytes: Buffer, sender: Sender): Promise<Read> {
    const { mark: said, lines } = await readStatusSheet(bytes);
    if (said && said.plan !== plan) throw refusal('conflict', 'status-import.other-plan');
    const clocks = await this.lines.now();
    // A download of a log that came further than this one says nothing of what was done here since.
    const mark = said && BigInt(said.position) <= BigInt(clocks.position) ? said : null;
    const { lines: owed, reports } = await this.lines.lines(plan, clocks);
    const find = finder(owed);
    const today = this.clock.today();
    const judged: JudgedRow[] = [];
    const faults: Read['faults'][number][] = [];
    const taken = new Map<StatusLine, number>();
    for (const written of lines) {
      const line = find(written);
      const fault = (column: string, said: Refusal): void => {
        faults.push({ row: written.row, column, refusal: said, line: line instanceof Refusal ? null : line });
      };
      if (line instanceof Refusal) {
        fault('line', line);
        continue;
      }
      const first = taken.get(line);
      if (first !== undefined) {
        fault('line', refusal('conflict', 'status-import.line-twice', { first }));
        continue;
      }
      taken.set(line, written.row);
      const { said, stands } = line;
      const base = baseOf(mark, written, reports);
      const isCurrent = written.report !== null && written.report === line.report && written.version === line.version;
      const says = judgeLine(written.cells, {
        cycle: line.cycle,
        today,
        base,
        printed: written.accepted,
        current:
          said && stands && line.version !== null
            ? {
                ...said,
                report: stands.report,
                version: line.version,
                status: stands.status,
                theirs: [stands.reporter, stands.corrector].includes(sender.actor),
              }
            : null,
        outdated: written.report !== null && !isCurrent,
        ownUnit: sender.unit === line.unit,
        coordinates: isCoordinator(sender),
      });
      for (const { column, refusal: said } of says.faults) fault(column, said);
      const isShown = isCurrent || (says.seen && written.report === null);
      judged.push({ ...says, row: written.row, line, base, isCurrent, isShown, printed: written.accepted });
    }
    const conflicts = await this.conflicts(plan, mark, judged);
    const shown = judged.map((one): JudgedRow => {
      const { row, line, accept, isShown, printed } = one;
      // A table of an earlier day may show another report though nothing was done since it was downloaded.
      if (!accept || conflicts.has(row) || (isShown && !printed)) return one;
      const refused = refusal('conflict', 'status-import.report-not-shown');
      if (!printed) faults.push({ row, column: 'accept', refusal: refused, line });
      return { ...one, accept: null };
    });
    return { mark, judged: shown, faults, conflicts, lines: lines.length };
  }

  private async conflicts(
    plan: string,
    mark: StatusSheetRead['mark'],
    judged: Read['judged'],
  ): Promise<Read['conflicts']> {
    const asking = judged.filter(({ report, accept }) => report || accept);
    if (!mark || asking.length === 0) return new Map();
    const acts = await this.reports.since(
      plan,
      mark.position,
      new Map(asking.map(({ line }) => [line.obligation, line.task])),
    );
    const byPeriod = new Map<string, ReportActed[]>();
    for (const act of acts) {
      const key = keyOf(act);
      byPeriod.set(key, [...(byPeriod.get(key) ?? []), act]);
    }
    return new Map(
      asking.flatMap(({ row, line, report, seen, isCurrent }) => {
        const { period, obligation, reportOf } = line;
        const keys = new Set([obligation, reportOf ?? obligation].map((one) => keyOf({ obligation: one, period })));
        // Who accepts a line that reads as the report does has seen what it says, but nothing else that was done; a
        // corrected report may read the same with another file behind it.
        const known = report || !seen ? [] : ['WorkReported', ...(isCurrent ? ['ReportCorrected'] : [])];
        const since = [...keys].flatMap((key) => byPeriod.get(key) ?? []).filter(({ kind }) => !known.includes(kind));
        return since.length > 0 ? [[row, since] as const] : [];
      }),
    );
  }

  private async shown(read: Read): Promise<Omit<StatusPreview, 'id' | 'plan' | 'file' | 'confirmed'>> {
    const asking = read.judged.filter(({ report, accept }) => report !== null || accept !== null);
    const person = await this.people.called([...read.conflicts.values()].flat().map(({ actor }) => actor));
    const faulty = new Set(read.faults.map(({ row }) => row));
    const lineOf = new Map(read.judged.map(({ row, line }) => [row, line]));
    return {
      position: read.mark?.position ?? null,
      summary: {
        lines: read.lines,
        reports: asking.filter(({ report }) => report !== null).length,
        acceptances: asking.filter(({ accept }) => accept !== null).length,
        untouched: read.judged.filter(({ row, report, accept }) => !report && !accept && !faulty.has(row)).length,
        faults: faulty.size,
        conflicts: read.conflicts.size,
      },
      rows: asking.map((asked) => {
        const { row, line, report, accept } = asked;
        return {
          row,
          obligation: line.obligation,
          period: line.period,
          code: line.code,
          title: line.title,
          unit: { id: line.unit, name: line.unitName },
          periodName: periodName(line.cycle, line.period),
          report: report ? { ...report, evidence: report.evidence.map((piece) => evidenceOf(piece, asked)) } : null,
          accept,
        };
      }),
      faults: read.faults
        .map(({ row, column, refusal: refused }) => ({ row, column, ...shownRefusal(refused) }))
        .sort((a, b) => a.row - b.row),
      conflicts: [...read.conflicts].map(([row, since]) => ({
        row,
        obligation: lineOf.get(row)?.obligation ?? '',
        period: lineOf.get(row)?.period ?? 0,
        since: since.map(({ entry, kind, recorded, actor }) => ({
          entry,
          kind,
          recorded,
          actor: person(actor),
        })),
      })),
    };
  }

  /** The import of an id, for who handed it in: what it asks for is asked in that person's name. */
  private async found(id: string, { actor }: Sender): Promise<StatusImport> {
    const { rows } = await this.database.pool.query<StatusImport>(
      'select id, plan, by, made, file, sha256, bytes, summary, confirmed from status_import where id = $1 and by = $2',
      [id, actor],
    );
    const [found] = rows;
    if (!found) throw refusal('absent', 'status-import.absent');
    return found;
  }
}

/** What a line said at its download: the content of the version that it names; undefined when nobody knows. */
const baseOf = (
  mark: StatusSheetRead['mark'],
  { obligation, report, version }: SheetLine,
  reports: ReadonlyMap<string, ReportStands>,
): SaidFully | null | undefined => {
  if (!mark || obligation === null) return undefined;
  if (report === null) return null;
  const content = reports.get(report)?.versions[version ?? 0];
  return content ? saidIn(content) : undefined;
};

const keyOf = ({ obligation, period }: { readonly obligation: string; readonly period: number }): string =>
  `${obligation} ${period}`;

/**
 * Finds the line that a file means: by the ids it carries, else by the row's number, the unit's name and the period. The
 * period that people read stands in for a number that was lost. Where a line's words are those of other lines than its
 * ids are, as when results were pasted in another order, nobody can say which is meant.
 */
const finder = (owed: readonly StatusLine[]): ((written: SheetLine) => StatusLine | Refusal) => {
  const byId = new Map(owed.map((line) => [keyOf(line), line]));
  const nameOf = ({ cycle, period }: StatusLine): string => periodName(cycle, period);
  const byName = new Map(owed.map((line) => [`${line.obligation} ${folded(nameOf(line))}`, line]));
  const byWords = new Map<string, StatusLine[]>();
  const wordsOf = (code: string, unit: string, period: string): string =>
    JSON.stringify([code, unit, period].map(folded));
  const inWords = (...words: readonly string[]): string => words.filter((word) => word !== '').join(', ');
  for (const line of owed) {
    const key = wordsOf(line.code, line.unitName, nameOf(line));
    byWords.set(key, [...(byWords.get(key) ?? []), line]);
  }
  return ({ obligation, period, code, unit, periodName: name, isWhole }) => {
    const named = byWords.get(wordsOf(code, unit, name)) ?? [];
    const [only] = named.length === 1 ? named : [];
    const meant =
      obligation === null
        ? only
        : period === null
          ? byName.get(`${obligation} ${folded(name)}`)
          : byId.get(keyOf({ obligation, period }));
    if (!meant) return refusal('absent', 'status-import.unknown-line', { code, unit });
    // Where the file does not say how it went out, words of no line may be those of before a renaming.
    if (isWhole ?? (named.length === 0 || named.includes(meant))) return meant;
    return refusal('conflict', 'status-import.line-of-two', {
      said: inWords(code, unit, name),
      meant: inWords(meant.code, meant.unitName, nameOf(meant)),
    });
  };
};

/** A piece as a report brings it; one that was brought before keeps its file. */
const evidenceOf = (piece: ReadPiece, { line, base }: JudgedRow): Omit<Evidence, 'entry'> => {
  if (!('known' in piece)) return { ...piece };
  for (const said of [line.said, base]) {
    const known = said?.evidence[said.pieces.indexOf(piece.known)];
    if (!known) continue;
    const { entry: _, name: __, ...kept } = known;
    return kept;
  }
  throw new Error('a piece of evidence is known that nobody brought');
};

/** The acts that a file asks for, reports before acceptances; what is known to be refused is noted as refused. */
const actsOf = (id: string, { judged, faults, conflicts }: Read, despite: ReadonlySet<number>): readonly NewLine[] => {
  const acts: NewLine[] = [];
  for (const asked of judged) {
    const { row, line, report, accept } = asked;
    const { obligation, period } = line;
    const of = (act: string) => ({ row, obligation, command: idOf(id, obligation, period, act) });
    const changed =
      conflicts.has(row) && !despite.has(row) ? refusal('conflict', 'status-import.changed-since') : undefined;
    if (report) {
      const { evidence, ...said } = report;
      const data: ReportData = {
        ...said,
        period,
        evidence: evidence.map((piece) => evidenceOf(piece, asked)),
        source: id,
      };
      acts.push({ ...of('report'), act: 'report', ...(changed ? { refused: changed } : { data }) });
    }
    if (accept) {
      const data = { ...accept, source: id };
      // A report that was made before the obligation was handed on is answered where it was made.
      const where = line.reportOf ?? obligation;
      acts.push({ ...of('accept'), obligation: where, act: 'accept', ...(changed ? { refused: changed } : { data }) });
    }
  }
  for (const { row, column, refusal: refused, line } of faults) {
    const act = column === 'accept' ? 'accept' : 'report';
    acts.push({ row, obligation: line?.obligation ?? null, command: idOf(id, row, column), act, refused });
  }
  return acts;
};
