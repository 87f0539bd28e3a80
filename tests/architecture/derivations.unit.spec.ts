import { getMetadataArgsStorage } from 'typeorm';
import type { Table } from '#kernel';
import { parts } from '../../apps/api/modules.js';

/** The columns of each index of a table; the first is that of its primary key. */
const indexesOf = (table: Table<object>): readonly (readonly string[])[] => {
  const { columns, indices } = getMetadataArgsStorage();
  const key = columns.filter(({ target, options }) => target === table && options.primary);
  const named = indices
    .filter(({ target }) => target === table)
    .map((index) => (Array.isArray(index.columns) ? index.columns : []));
  return [key.map(({ propertyName }) => propertyName), ...named];
};

const derivations = parts.flatMap(({ views = [] }) => views.flatMap(({ derived }) => derived ?? []));

/** An index serves when it begins with one of these columns alone, or with all of them. */
const serves = (index: readonly string[], columns: readonly string[], narrow: string): boolean =>
  index[0] === narrow || columns.every((column) => index.slice(0, columns.length).includes(column));

describe('what derived rows follow from', () => {
  it.each(
    derivations.flatMap(({ group, subject }) => [
      ...group.facts.map(({ table }) => ({ name: table.name, table, columns: [group.by], narrow: group.by })),
      ...subject.facts.flatMap(({ table }) => [
        { name: table.name, table, columns: [group.by], narrow: group.by },
        { name: table.name, table, columns: [group.by, subject.by], narrow: subject.by },
      ]),
      ...subject.resumes.map(({ table }) => ({
        name: table.name,
        table,
        columns: [subject.by],
        narrow: subject.by,
      })),
    ]),
  )('is found in $name by an index: $columns', ({ table, columns, narrow }) => {
    expect(indexesOf(table).filter((index) => serves(index, columns, narrow))).not.toEqual([]);
  });
});
