import { dayInWords } from '#kernel';
import type { NamedPiece, PieceChange, ShownEntry } from '#modules/task';
import { said } from '#platform/wording';

type Named = { readonly id: string; readonly name: string };

/** An entry with the names of the units that it is about. */
export type NamedEntry = Omit<ShownEntry, 'actor' | 'unit' | 'from' | 'to' | 'units'> & {
  readonly unit: Named | null;
  readonly from?: Named;
  readonly to?: Named;
  readonly units?: { readonly begin: readonly Named[]; readonly end: readonly Named[] };
};

type Entry = NamedEntry & { readonly change?: string; readonly ended?: string | null };

/** So many units are named; of more their number says enough. */
const NAMED = 3;

/** Who begins to owe a row and who ceases to, in a sentence each. */
const owedFromThenOn = ({ units }: Entry): readonly string[] =>
  (['begin', 'end'] as const).flatMap((how) => {
    const named = units?.[how] ?? [];
    if (named.length === 0) return [];
    const who = named.length > NAMED ? said('history.units', { number: named.length }) : named.map(({ name }) => name);
    return [said(how === 'begin' ? 'history.begins' : 'history.ends', { units: [who].flat().join('; ') })];
  });

const day = (text: string | null | undefined): string => (text ? dayInWords(text) : '–');

/** The sentence of the web for each kind of entry. */
const KEYS: Readonly<Record<string, string>> = {
  ReportReturned: 'returned',
  ReportWithdrawn: 'reportWithdrawn',
  TaskExtensionCorrected: 'extensionCorrected',
  ObligationExtensionCorrected: 'extensionCorrected',
  TaskExtensionWithdrawn: 'extensionWithdrawn',
  ObligationExtensionWithdrawn: 'extensionWithdrawn',
  TaskSuspended: 'suspended',
  TaskResumed: 'resumed',
  TaskCancelled: 'cancelled',
  TaskReopened: 'reopened',
  TaskDeclared: 'declared',
  TaskActCorrected: 'actCorrected',
  TaskActWithdrawn: 'actWithdrawn',
  PlanActWithdrawn: 'actWithdrawn',
  PlanPromulgated: 'promulgated',
  PromulgationWithdrawn: 'promulgationWithdrawn',
  RuleSetApplied: 'reread',
  ObligationEnded: 'ended',
};

const keyOf = ({ kind, complete, wasComplete, ownUnit, afterDue, target, change }: Entry): string => {
  switch (kind) {
    case 'WorkReported':
      return complete ? 'reportedComplete' : 'reportedProgress';
    case 'ReportAccepted':
      return `${complete === false ? 'acceptedProgress' : 'accepted'}${ownUnit ? 'Own' : ''}`;
    case 'ReportCorrected':
      if (complete) return wasComplete === false ? 'correctedToComplete' : 'corrected';
      return wasComplete ? 'correctedToProgress' : 'correctedProgress';
    case 'AcceptanceWithdrawn':
      return complete === false ? 'acknowledgementWithdrawn' : 'acceptanceWithdrawn';
    case 'TaskExtended':
    case 'ObligationExtended':
      return afterDue ? 'extendedAfterDue' : 'extended';
    case 'ObligationTransferred':
      return target ? 'received' : 'transferred';
    case 'PlanAmended':
      return change === 'added' ? 'amendedAdded' : change === 'removed' ? 'amendedRemoved' : 'amendedChanged';
    default:
      return KEYS[kind] ?? 'other';
  }
};

const pieceInWords = (piece: Partial<NamedPiece> = {}): string =>
  [
    piece.kind,
    piece.number && said('history.number', { number: piece.number }),
    piece.date && said('history.dated', { day: day(piece.date) }),
  ]
    .filter(Boolean)
    .join(' ');

const FILE_KEYS = { added: 'pieceFileAdded', changed: 'pieceFileChanged', withdrawn: 'pieceFileWithdrawn' } as const;

/** A piece by its name, by both where it was changed, and what was done to its file. */
const changedPiece = ({ before, after, file }: PieceChange): string => {
  const [old, now] = [pieceInWords(before ?? after), pieceInWords(after ?? before)];
  const piece = old === now ? now : said('history.pieceMended', { before: old, after: now });
  return file ? said(`history.${FILE_KEYS[file]}`, { piece }) : piece;
};

/** What a correction did to the evidence, in a sentence for each kind of change. */
const evidenceInWords = (changes: readonly PieceChange[], period: string): readonly string[] =>
  (
    [
      ['changed', 'evidenceChanged'],
      ['withdrawn', 'evidenceWithdrawn'],
      ['added', 'evidenceAdded'],
    ] as const
  ).flatMap(([which, key]) => {
    const pieces = changes.filter(({ change }) => change === which).map(changedPiece);
    return pieces.length === 0 ? [] : [said(`history.${key}`, { pieces: pieces.join('; '), period })];
  });

/** What happened, in the Vietnamese sentence of the web; the period is named where there are several. */
export const entryInWords = (entry: Entry, ofPeriods: boolean): string => {
  const { kind, percent, workDay, effect, on, before, due, ended } = entry;
  const { wasComplete, evidenceOnly, evidenceChanges = [] } = entry;
  const period = ofPeriods && entry.period !== null ? ` ${said('history.period', { period: entry.period })}` : '';
  const isMended = kind === 'TaskActCorrected' || kind === 'ReportCorrected';
  const words = said(`history.${keyOf(entry)}`, {
    ...entry,
    period,
    percent,
    day: day(isMended ? (workDay ?? effect) : on),
    before: day(before),
    due: day(due),
    effect: day(effect ?? on),
    from: entry.from?.name ?? '',
    to: entry.to?.name ?? '',
  });
  if (kind === 'PlanAmended') return [words, ...owedFromThenOn(entry)].join('. ');
  if (kind !== 'ReportCorrected') return words;
  return [
    ...(evidenceOnly ? [] : [words]),
    ...evidenceInWords(evidenceChanges, evidenceOnly ? period : ''),
    ...(ended ? [said(wasComplete === false ? 'history.acknowledgementEnded' : 'history.acceptanceEnded')] : []),
  ].join(' ');
};
