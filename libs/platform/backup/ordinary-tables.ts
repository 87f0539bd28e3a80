import pg from 'pg';
import type { TextRow } from './rows.js';

/** An ordinary table as the database describes it. */
export type OrdinaryTable = {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};

/**
 * What passes: sessions end with the installation they were opened in, counters of wrong passwords with them; the list
 * of migrations belongs to the database itself.
 */
const PASSING: ReadonlySet<string> = new Set(['public.session', 'public.sign_in_attempt', 'public.migration']);

/** How much of a table is fetched at a time. */
const FETCHED = { rows: 1000, characters: 4 * 1024 * 1024 } as const;

const { escapeIdentifier: quoted } = pg;

/** `schema.table` as people and backups name it. */
export const nameOf = ({ schema, name }: Pick<OrdinaryTable, 'schema' | 'name'>): string => `${schema}.${name}`;

const pathOf = ({ schema, name }: OrdinaryTable): string => `${quoted(schema)}.${quoted(name)}`;

/** Schemas that hold no ordinary tables: the log and the views (made from it) have ways of their own. */
const OURS = `n.nspname not in ('information_schema', 'log', 'projector') and n.nspname !~ '^(pg_|view_)'`;

/** True for what an extension brought along. */
const foreign = (catalog: 'pg_class' | 'pg_constraint'): string =>
  `exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = c.oid and d.deptype = 'e')`;

/** All ordinary tables of a database, as its catalog lists them: a new one is never forgotten. */
export const allTables = async (client: pg.ClientBase): Promise<readonly OrdinaryTable[]> => {
  const { rows } = await client.query<{ schema: string; name: string; columns: string }>(
    `select n.nspname as schema, c.relname as name,
       json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)::text
         as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind in ('r', 'p') and not c.relispartition and ${OURS} and not ${foreign('pg_class')}
     group by n.nspname, c.relname order by n.nspname, c.relname`,
  );
  return rows.map(({ schema, name, columns }) => ({
    schema,
    name,
    columns: JSON.parse(columns) as OrdinaryTable['columns'],
  }));
};

/** True for a table whose rows go into a backup. */
export const isKept = (table: OrdinaryTable): boolean => !PASSING.has(nameOf(table));

/** Filled by an installation in which nobody has done anything yet. */
const FILLED_BY_THEMSELVES: ReadonlySet<string> = new Set(['public.migration', 'processes.checkpoint']);

/** The first table that holds a row of somebody's; undefined when there is none. */
export const firstFilled = async (client: pg.ClientBase): Promise<string | undefined> => {
  for (const table of await allTables(client)) {
    if (FILLED_BY_THEMSELVES.has(nameOf(table))) continue;
    if (((await client.query(`select from ${pathOf(table)} limit 1`)).rowCount ?? 0) > 0) return nameOf(table);
  }
  return undefined;
};

/** How many rows a table has, and how many of them fit into one answer. */
const measured = async (client: pg.ClientBase, table: OrdinaryTable): Promise<{ all: number; together: number }> => {
  const size = table.columns.map(({ name }) => `coalesce(octet_length(${quoted(name)}::text), 0)`).join(' + ');
  const { rows } = await client.query<{ count: string; longest: string }>(
    `select count(*) as count, coalesce(max(${size}), 0) as longest from ${pathOf(table)}`,
  );
  const { count, longest } = rows[0] ?? { count: '0', longest: '0' };
  const fitting = Math.floor(FETCHED.characters / Math.max(1, Number(longest)));
  return { all: Number(count), together: Math.max(1, Math.min(FETCHED.rows, fitting)) };
};

/** The rows of a table in the client's transaction, as text; never more of them at once than fit into memory. */
export async function* rowsOf(client: pg.ClientBase, table: OrdinaryTable): AsyncIterable<readonly TextRow[]> {
  const { all, together } = await measured(client, table);
  if (all === 0) return;
  const columns = table.columns.map(({ name }) => `${quoted(name)}::text`).join(', ');
  await client.query(`declare kept no scroll cursor for select ${columns} from ${pathOf(table)}`);
  for (;;) {
    const { rows } = await client.query<(string | null)[]>({ rowMode: 'array', text: `fetch ${together} from kept` });
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query('close kept');
}

/** How many rows a table has. */
export const countOf = async (client: pg.ClientBase, table: OrdinaryTable): Promise<number> => {
  const { rows } = await client.query<{ count: string }>(`select count(*) as count from ${pathOf(table)}`);
  return Number(rows[0]?.count);
};

/** Puts rows of these columns into a table. */
export const insertRows = async (
  client: pg.ClientBase,
  table: OrdinaryTable,
  columns: readonly string[],
  rows: readonly TextRow[],
): Promise<void> => {
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const selected = columns.map((name, index) => `c${index}::${types.get(name) ?? 'text'}`);
  const given = columns.map((_, index) => `$${index + 1}::text[]`);
  await client.query(
    `insert into ${pathOf(table)} (${columns.map(quoted).join(', ')}) overriding system value
     select ${selected.join(', ')} from unnest(${given.join(', ')}) as r(${columns.map((_, index) => `c${index}`).join(', ')})`,
    columns.map((_, index) => rows.map((row) => row[index] ?? null)),
  );
};

/** Takes the references between ordinary tables away, so that their order is free; the answer puts them back, checked. */
export const withoutReferences = async (client: pg.ClientBase): Promise<() => Promise<void>> => {
  const { rows } = await client.query<{ path: string; name: string; definition: string }>(
    `select format('%I.%I', n.nspname, t.relname) as path, c.conname as name, pg_get_constraintdef(c.oid) as definition
     from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
     where c.contype = 'f' and c.conparentid = 0 and ${OURS} and not ${foreign('pg_constraint')}`,
  );
  for (const { path, name } of rows) await client.query(`alter table ${path} drop constraint ${quoted(name)}`);
  return async () => {
    for (const { path, name, definition } of rows)
      await client.query(`alter table ${path} add constraint ${quoted(name)} ${definition}`);
  };
};

/** How far the sequences of kept tables have counted, by name. */
export const sequences = async (client: pg.ClientBase): Promise<Readonly<Record<string, string>>> => {
  const { rows } = await client.query<{ name: string; value: string }>(
    `with ours as materialized (
       select c.oid, format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'S' and ${OURS} and not ${foreign('pg_class')}
         and not exists (
           select from pg_depend o where o.classid = 'pg_class'::regclass and o.objid = c.oid and o.deptype in ('a', 'i')
             and o.refobjid = to_regclass('public.migration')
         )
     )
     select name, pg_sequence_last_value(oid) as value from ours where pg_sequence_last_value(oid) is not null`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
};

/** Lets sequences go on where they were. */
export const setSequences = async (client: pg.ClientBase, values: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, value] of Object.entries(values))
    await client.query('select setval($1::text::regclass, $2::text::bigint)', [name, value]);
};
