import { folded } from '#kernel';
import { cellText } from '#platform/sheets';
import type { PreviewRow } from './annex-preview.format.js';
import type { RowMode } from './row-mark.rule.js';
import { identityOf } from './row-name.rule.js';

/** A row that a plan holds, with the file that brought it. */
export type HeldRow = {
  readonly row: string;
  readonly source: string | null;
  readonly content: Readonly<Record<(typeof COMPARED)[number], string>> & {
    readonly mode: RowMode;
    readonly parentRow?: string;
  };
};

/** A row of a file and the one that it is in the plan. */
export type MatchedRow<Held extends HeldRow> = {
  readonly row: PreviewRow;
  readonly held: Held | undefined;
  readonly status: 'new' | 'same' | 'changed';
};

/** What an annex says of a row, column by column. */
export const COMPARED = [
  'field',
  'code',
  'title',
  'deliverable',
  'leadsText',
  'coordinatingText',
  'deadline',
  'funding',
  'note',
] as const;

/**
 * Field and title with their signs: by it a plan of former times may hold two rows that are called the same today, and
 * the ids of rows that files bring follow from it.
 */
export const writtenIdentityOf = ({ field, title }: { readonly field: string; readonly title: string }): string =>
  `${field} ${folded(cellText(title))}`;

const isSameMode = (one: RowMode, other: RowMode): boolean =>
  one.kind === other.kind && (one.kind !== 'share' || other.kind !== 'share' || one.percent === other.percent);

/** Whether somebody who looks at both sees a difference. */
const saysTheSame = (row: PreviewRow, { content }: HeldRow): boolean =>
  COMPARED.every((column) => cellText(row[column]) === cellText(content[column])) &&
  (row.mode === undefined || isSameMode(row.mode, content.mode)) &&
  (row.parentRow === undefined || row.parentRow === (content.parentRow ?? null));

/** Of several rows that carry one id, the one that still is called so; else the first. */
const namedBy = <Held extends HeldRow>(
  rows: readonly PreviewRow[],
  byId: ReadonlyMap<string, Held>,
): ReadonlyMap<PreviewRow, Held> => {
  const claims = new Map<Held, PreviewRow>();
  for (const row of rows) {
    const held = byId.get(row.id ?? '');
    if (!held) continue;
    const other = claims.get(held);
    const called = identityOf(held.content);
    if (!other || (identityOf(row) === called && identityOf(other) !== called)) claims.set(held, row);
  }
  return new Map([...claims].map(([held, row]) => [row, held]));
};

/**
 * Finds each row of a file among the rows of a plan: by the id that the file carries, else by field and title, and
 * rather by a title with the same signs. A row that came from the same file stays as it is now, whatever was changed
 * since.
 */
export const matchRows = <Held extends HeldRow>(
  rows: readonly PreviewRow[],
  plan: readonly Held[],
  source?: string,
): readonly MatchedRow<Held>[] => {
  const found = new Map(namedBy(rows, new Map(plan.map((held) => [held.row, held]))));
  const taken = new Set(found.values());
  for (const calledIn of [writtenIdentityOf, identityOf]) {
    const byName = new Map(plan.map((held) => [calledIn(held.content), held]));
    for (const row of rows) {
      const alike = found.has(row) ? undefined : byName.get(calledIn(row));
      if (!alike || taken.has(alike)) continue;
      found.set(row, alike);
      taken.add(alike);
    }
  }
  return rows.map((row) => {
    const held = found.get(row);
    if (!held) return { row, held, status: 'new' };
    const same = (source !== undefined && held.source === source) || saysTheSame(row, held);
    return { row, held, status: same ? 'same' : 'changed' };
  });
};

/**
 * The rows that a file calls otherwise, in an order in which no two rows of the plan are ever called the same;
 * undefined when there is none, because a name stays with another row.
 */
export const renamedInTurn = <Renamed extends { readonly id?: string; readonly field: string; readonly title: string }>(
  changed: readonly Renamed[],
  plan: readonly HeldRow[],
): readonly Renamed[] | undefined => {
  const called = new Map(plan.map(({ row, content }) => [row, identityOf(content)]));
  const holders = new Map([...called].map(([row, identity]) => [identity, row]));
  const turns: Renamed[] = [];
  let waiting = changed;
  while (waiting.length > 0) {
    const still = waiting.filter((row) => {
      const [before, after] = [called.get(row.id ?? '') ?? '', identityOf(row)];
      const holder = holders.get(after);
      if (holder !== undefined && holder !== row.id && before !== after) return true;
      holders.delete(before);
      holders.set(after, row.id ?? '');
      turns.push(row);
      return false;
    });
    if (still.length === waiting.length) return undefined;
    waiting = still;
  }
  return turns;
};
