import { Refusal, refusal, type Day } from '#kernel';
import {
  plain,
  readAssessment,
  readDay,
  readEvidence,
  readMark,
  readPercent,
  refuseErrorValue,
  wordsOf,
} from './status-cells.rule.js';
import type { ReadPiece } from './status-cells.rule.js';

export { pieceInWords, wordFor, type ReadPiece } from './status-cells.rule.js';

/** The columns of a status table that are filled in. */
export const FILLED = ['assessment', 'percent', 'account', 'evidence', 'workDay', 'accept'] as const;
export type Filled = (typeof FILLED)[number];

/** The cells of a line as they are written. */
export type StatusCells = { readonly [column in Filled]: string };

/** What a report says, as a line shows it; the account is null when it was erased. */
export type Said = {
  readonly complete: boolean;
  readonly percent: number;
  readonly on: Day;
  readonly account: string | null;
  readonly pieces: readonly string[];
};

/** A report that a line wishes for. */
export type ReportWish = {
  readonly complete: boolean;
  readonly percent: number;
  readonly on: Day;
  readonly account: string;
  readonly evidence: readonly ReadPiece[];
  readonly assessment: string;
};

/** What is known of the line's obligation and period, and of who hands the file in. */
export type KnownLine = {
  readonly cycle: string;
  readonly today: Day;
  /** What the line said when it was downloaded; null when it said nothing, undefined when nobody knows. */
  readonly base: Said | null | undefined;
  /** True when it was downloaded with a mark under "Công nhận". */
  readonly printed: boolean;
  /** The report that matters now. */
  readonly current:
    | (Said & {
        readonly report: string;
        readonly version: number;
        readonly status: 'waiting' | 'accepted' | 'returned';
        /** True when the person who hands the file in reported or last corrected it. */
        readonly theirs: boolean;
      })
    | null;
  /** True when the line names another report than the current one, or another version of it. */
  readonly outdated: boolean;
  readonly ownUnit: boolean;
  readonly coordinates: boolean;
};

export type LineFault = { readonly column: Filled; readonly refusal: Refusal };

/** What a line asks for. */
export type JudgedLine = {
  readonly report: ReportWish | null;
  readonly accept: { readonly report: string; readonly version: number } | null;
  /** True when the line says what the report says that matters now: who wrote it has seen that. */
  readonly seen: boolean;
  readonly faults: readonly LineFault[];
};

/** The longest account, as texts are kept. */
const LONGEST_ACCOUNT = 20_000;

type Read = Omit<ReportWish, 'evidence'> & {
  readonly evidence: readonly ReadPiece[];
  readonly pieces: readonly string[];
};

const sameAs = (read: Read, said: Said): boolean =>
  read.complete === said.complete &&
  read.percent === said.percent &&
  read.on === said.on &&
  (said.account === null || plain(read.account) === plain(said.account)) &&
  read.pieces.length === said.pieces.length &&
  read.pieces.every((piece, index) => piece === said.pieces[index]);

/** Reads and checks a line of a status table: every fault of it, not only the first. */
export const judgeLine = (cells: StatusCells, known: KnownLine): JudgedLine => {
  const faults: LineFault[] = [];
  const reading = <T>(column: Filled, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.push({ column, refusal: error });
      return undefined;
    }
  };
  const read = readReport(cells, known, reading);
  const wish = read && faults.length === 0 ? wished(read, known, reading) : null;
  const report = faults.length === 0 ? wish : null;
  const seen = Boolean(read && known.current && sameAs(read, known.current));
  const accept = reading('accept', () =>
    wishedAcceptance(readMark(cells.accept), report, faults.length > 0, seen, known),
  );
  return { report, accept: accept ?? null, seen, faults };
};

type Reading = <T>(column: Filled, read: () => T) => T | undefined;

/** What a line says of its period; null when it says nothing, undefined when it cannot be read. */
const readReport = (cells: StatusCells, known: KnownLine, reading: Reading): Read | null | undefined => {
  const isBlank = [cells.assessment, cells.percent, cells.account, cells.evidence, cells.workDay].every(
    (cell) => plain(cell) === '',
  );
  if (isBlank) return reading('assessment', () => nothingSaid(known));
  const assessed = reading('assessment', () => {
    const found = readAssessment(cells.assessment);
    if (!found) throw refusal('invalid', 'status-import.assessment-missing');
    if (found.meaning === 'maintained' && known.cycle === 'once') {
      throw refusal('invalid', 'status-import.maintained-once');
    }
    return found;
  });
  const percent = reading('percent', () => ({ value: readPercent(cells.percent) }));
  const on = reading('workDay', () => {
    const value = readDay(cells.workDay);
    if (value !== undefined && value > known.today)
      throw refusal('invalid', 'obligation.future-work-day', { day: value });
    return { value };
  });
  const evidence = reading('evidence', () => {
    const pieces = readEvidence(cells.evidence, [...(known.current?.pieces ?? []), ...(known.base?.pieces ?? [])]);
    const isFuture = pieces.some((piece) => 'date' in piece && piece.date !== undefined && piece.date > known.today);
    if (isFuture) throw refusal('invalid', 'obligation.evidence-of-the-future');
    return pieces;
  });
  const account = reading('account', () => {
    const text = cells.account.normalize('NFC').trim();
    if (![known.base?.account, known.current?.account].includes(text)) refuseErrorValue(text);
    if (text.length > LONGEST_ACCOUNT) throw refusal('invalid', 'text.too-long', { longest: LONGEST_ACCOUNT });
    return text;
  });
  if (!assessed) return undefined;
  const { word, meaning } = assessed;
  if (meaning === 'nothing') {
    if (!percent || !on || !evidence || account === undefined) return undefined;
    return reading('assessment', () => {
      const says = (percent.value ?? 0) > 0 || account !== '' || evidence.length > 0 || on.value !== undefined;
      if (says) throw refusal('invalid', 'status-import.not-started-with-result');
      return nothingSaid(known);
    });
  }
  const complete = meaning !== 'progress';
  const share = percent && reading('percent', () => percentOf(complete, percent.value));
  const workDay =
    on &&
    reading('workDay', () => {
      if (on.value === undefined) throw refusal('invalid', 'status-import.day-missing');
      return on.value;
    });
  if (share === undefined || workDay === undefined || !evidence || account === undefined) return undefined;
  return { complete, percent: share, on: workDay, account, evidence, assessment: word, pieces: evidence.map(wordsOf) };
};

/** A file takes nothing back: a line that was emptied is a mistake, or something to be withdrawn by name. */
const nothingSaid = ({ base }: KnownLine): null => {
  if (base) throw refusal('conflict', 'status-import.emptied');
  return null;
};

const percentOf = (complete: boolean, percent: number | undefined): number => {
  if (!complete) {
    if (percent === undefined) throw refusal('invalid', 'status-import.percent-missing');
    return percent;
  }
  // 100 % in a cell that is no percentage for Excel is a plain 1.
  if (percent !== undefined && percent !== 100 && percent !== 1) {
    throw refusal('invalid', 'obligation.complete-means-hundred');
  }
  return 100;
};

/** The report to be made of a line; null when it is there already. */
const wished = (read: Read, known: KnownLine, reading: Reading): ReportWish | null => {
  const { base, current } = known;
  if (base && sameAs(read, base)) return null;
  if (current && current.status !== 'returned' && sameAs(read, current)) return null;
  reading('assessment', () => {
    if (!known.ownUnit && !known.coordinates) throw refusal('forbidden', 'obligation.other-unit');
    if (current?.status === 'waiting') throw refusal('conflict', 'obligation.report-waiting');
    if (current?.status === 'accepted' && current.complete) throw refusal('conflict', 'obligation.period-accepted');
  });
  reading('evidence', () => {
    if (read.complete && read.evidence.length === 0 && read.account === '') {
      throw refusal('invalid', 'obligation.complete-needs-proof');
    }
  });
  const { pieces: _, ...wish } = read;
  return wish;
};

/** Why somebody cannot accept what a line shows. */
const notAcceptable = (
  report: ReportWish | null,
  seen: boolean,
  { base, current, outdated, coordinates }: KnownLine,
): Refusal | undefined => {
  if (!coordinates) return refusal('forbidden', 'obligation.coordinators-only');
  if (report || (current?.status === 'waiting' && current.theirs)) return refusal('forbidden', 'obligation.own-report');
  if (current?.status !== 'waiting') return refusal('conflict', 'status-import.nothing-to-accept');
  // Where nobody knows what the line said at its download, it has to say what is accepted.
  const isShown = base !== undefined || (seen && !outdated);
  return isShown ? undefined : refusal('conflict', 'status-import.report-not-shown');
};

/** The acceptance to be made of a line's mark; null when there is none to make. */
const wishedAcceptance = (
  mark: boolean,
  report: ReportWish | null,
  hasFaults: boolean,
  seen: boolean,
  known: KnownLine,
): JudgedLine['accept'] => {
  const { current } = known;
  if (!mark || hasFaults) return null;
  // The table shows with the same mark what was accepted before.
  if (current?.status === 'accepted') return null;
  const refused = notAcceptable(report, seen, known);
  // A mark that came with the download is nobody's wish: it can only be insisted on, by who may, where it is told what changed.
  if (known.printed && (refused || known.base === undefined)) return null;
  if (refused) throw refused;
  return current && { report: current.report, version: current.version };
};
