import { folded } from '#kernel';
import { cellText } from '#platform/sheets';
import { COMPARED, matchRows, type HeldRow } from './annex-match.format.js';
import { freeCode, type PreviewRow } from './annex-preview.format.js';

/** A row of the plan that a line of the file may be, and how alike their titles are (0 to 1). */
export type Candidate = { readonly row: string; readonly title: string; readonly likeness: number };

/** What a line of an edited file does to the plan; `uncertain` ones wait for a person's word. */
export type DifferingRow = {
  readonly line: PreviewRow;
  readonly status: 'same' | 'changed' | 'added' | 'uncertain';
  /** The row of the plan that it is. */
  readonly row: string | null;
  readonly changes: readonly { readonly column: string; readonly before: string; readonly after: string }[];
  readonly candidates: readonly Candidate[];
};

export type AnnexDifference<Held extends HeldRow> = {
  readonly rows: readonly DifferingRow[];
  /** Rows of the plan that no line of the file is, once no uncertain line may be one of them. */
  readonly removed: readonly Held[];
};

/** How alike two titles must be for one to be taken for the other. */
const ALIKE = 0.4;
const MOST_CANDIDATES = 3;

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    folded(cellText(text))
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean),
  );

/** The share of words that two titles have in common, of all words of both. */
const likeness = (one: ReadonlySet<string>, other: ReadonlySet<string>): number => {
  const common = [...one].filter((word) => other.has(word)).length;
  const all = one.size + other.size - common;
  return all === 0 ? 0 : common / all;
};

const modeOf = (mode: PreviewRow['mode']): string =>
  mode === undefined ? '' : mode.kind === 'share' ? `share ${mode.percent}` : mode.kind;

/** What a row would say otherwise than it does, column by column. */
export const changesOf = (
  line: Pick<PreviewRow, (typeof COMPARED)[number] | 'mode' | 'parentRow'>,
  held: HeldRow,
  /** How the rows of the parent plan are named. */
  names: ReadonlyMap<string, string>,
): DifferingRow['changes'] => {
  const texts = COMPARED.flatMap((column) => {
    const [before, after] = [held.content[column], line[column]];
    return cellText(before) === cellText(after) ? [] : [{ column: column, before, after }];
  });
  const [before, after] = [modeOf(held.content.mode), modeOf(line.mode)];
  const changes = after === '' || before === after ? texts : [...texts, { column: 'mode', before, after }];
  if (line.parentRow === undefined || line.parentRow === (held.content.parentRow ?? null)) return changes;
  const named = (row: string | null | undefined): string => (row ? (names.get(row) ?? row) : '');
  return [...changes, { column: 'parent', before: named(held.content.parentRow), after: named(line.parentRow) }];
};

/**
 * An edited annex against the rows of its plan. A line is known by the id that the file carries, by a person's word, or
 * by field and title; one that only resembles rows nobody else is takes a person's word (`counting.md`, section 1).
 */
export const differenceOf = <Held extends HeldRow>(
  lines: readonly PreviewRow[],
  plan: readonly Held[],
  decided: Readonly<Record<string, string | null>>,
  /** How the rows of the parent plan are named. */
  names: ReadonlyMap<string, string> = new Map(),
  /** The lines of which the file says no code: rows keep theirs, and new ones are numbered where rows have codes at all. */
  numbered: ReadonlySet<number> = new Set(),
): AnnexDifference<Held> => {
  const byId = new Map(plan.map((held) => [held.row, held]));
  const said = (line: PreviewRow): Held | null | undefined => {
    const row = decided[String(line.row)];
    return row === undefined ? undefined : row === null ? null : (byId.get(row) ?? undefined);
  };
  const taken = new Set(lines.flatMap((line) => said(line) ?? []));
  const open = lines.filter((line) => said(line) === undefined);
  const matched = matchRows(
    open,
    plan.filter((held) => !taken.has(held)),
  );
  const heldBy = new Map<PreviewRow, Held>();
  for (const { row, held } of matched) if (held) heldBy.set(row, held);
  for (const held of heldBy.values()) taken.add(held);
  const free = plan.filter((held) => !taken.has(held)).map((held) => ({ held, words: wordsOf(held.content.title) }));
  const wanted = new Set<string>();
  const codes = new Set([
    ...plan.map(({ content }) => content.code),
    ...lines.flatMap(({ row, code }) => (numbered.has(row) ? [] : [code])),
  ]);
  const isCoded = plan.some(({ content }) => content.code !== '');
  const coded = (line: PreviewRow, held: Held | undefined): PreviewRow =>
    numbered.has(line.row)
      ? { ...line, code: held ? held.content.code : isCoded ? freeCode(line.code, codes) : '' }
      : line;
  const rows = lines.map((read): DifferingRow => {
    const held = said(read) ?? heldBy.get(read);
    const line = coded(read, held);
    if (held) {
      const changes = changesOf(line, held, names);
      return { line, status: changes.length > 0 ? 'changed' : 'same', row: held.row, changes, candidates: [] };
    }
    const words = wordsOf(line.title);
    const candidates =
      said(read) === null
        ? []
        : free
            .map(({ held: { row, content }, words: theirs }) => ({
              row,
              title: content.title,
              likeness: Math.round(likeness(words, theirs) * 100) / 100,
            }))
            .filter((candidate) => candidate.likeness >= ALIKE)
            .sort((a, b) => b.likeness - a.likeness)
            .slice(0, MOST_CANDIDATES);
    for (const { row } of candidates) wanted.add(row);
    return { line, status: candidates.length > 0 ? 'uncertain' : 'added', row: null, changes: [], candidates };
  });
  return { rows, removed: free.map(({ held }) => held).filter(({ row }) => !wanted.has(row)) };
};
