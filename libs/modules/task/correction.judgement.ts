/** A piece of evidence by what people call it. */
export type NamedPiece = { readonly kind: string; readonly number?: string; readonly date?: string };

type Piece = NamedPiece & { readonly entry: string; readonly file?: { readonly sha256: string } };

/** What a version of a report says. */
export type ReportVersion = {
  readonly complete: boolean;
  readonly percent: number;
  readonly workDay: string;
  readonly account?: { readonly hash: string };
  readonly evidence: readonly Piece[];
};

type Change = 'added' | 'changed' | 'withdrawn';

/** What a correction did to one piece of evidence, and to its file. */
export type PieceChange = {
  readonly change: Change;
  readonly before?: NamedPiece;
  readonly after?: NamedPiece;
  readonly file?: Change;
};

/** What a correction made of a report. */
export type Corrected = {
  readonly wasComplete: boolean;
  readonly evidenceChanges: readonly PieceChange[];
  /** Nothing else was corrected. */
  readonly evidenceOnly: boolean;
};

const named = ({ kind, number, date }: Piece): NamedPiece => ({
  kind,
  ...(number === undefined ? {} : { number }),
  ...(date === undefined ? {} : { date }),
});

const fileChange = (old: Piece, now: Piece): Change | undefined => {
  if (old.file?.sha256 === now.file?.sha256) return undefined;
  if (!old.file) return 'added';
  return now.file ? 'changed' : 'withdrawn';
};

const isAlike = (a: Piece, b: Piece): boolean =>
  a.kind === b.kind && a.number === b.number && a.date === b.date && a.file?.sha256 === b.file?.sha256;

/** Evidence that is replaced as a whole has new entries: a piece that says the same is the same piece. */
const evidenceChanges = (before: readonly Piece[], after: readonly Piece[]): readonly PieceChange[] => {
  const left = new Set(after);
  const pairs = before.map((old) => ({ old, now: after.find(({ entry }) => entry === old.entry) }));
  for (const { now } of pairs) if (now) left.delete(now);
  for (const pair of pairs.filter(({ now }) => now === undefined)) {
    pair.now = [...left].find((piece) => isAlike(pair.old, piece));
    if (pair.now) left.delete(pair.now);
  }
  const changes = pairs.flatMap(({ old, now }): PieceChange[] => {
    if (!now) return [{ change: 'withdrawn', before: named(old) }];
    if (isAlike(old, now)) return [];
    const file = fileChange(old, now);
    return [{ change: 'changed', before: named(old), after: named(now), ...(file ? { file } : {}) }];
  });
  return [...changes, ...[...left].map((piece): PieceChange => ({ change: 'added', after: named(piece) }))];
};

/** What a correction made of the version before it. */
export const correctedFrom = (before: ReportVersion, after: ReportVersion): Corrected => {
  const changes = evidenceChanges(before.evidence, after.evidence);
  return {
    wasComplete: before.complete,
    evidenceChanges: changes,
    evidenceOnly:
      changes.length > 0 &&
      before.complete === after.complete &&
      before.percent === after.percent &&
      before.workDay === after.workDay &&
      before.account?.hash === after.account?.hash,
  };
};
