import { folded } from '#kernel';
import type { Sheet } from '#platform/sheets';
import { nameKey } from './unit-name.rule.js';

export type UnitField = 'code' | 'name' | 'kind' | 'parent' | 'aliases';
export type UnitsColumn = { readonly header: string; readonly field: UnitField | null };

/** A line of a units file as it is written. */
export type WrittenUnit = { readonly row: number } & { readonly [field in UnitField]: string };

export type UnitsTable = {
  readonly sheet: string;
  readonly columns: readonly UnitsColumn[];
  readonly rows: readonly WrittenUnit[];
};

/** A line that cannot be taken in as it is written. */
export type UnitFault = {
  readonly row: number;
  readonly column: UnitField;
  readonly code: string;
  /** What is at fault, as it is written. */
  readonly text: string;
  readonly message: string;
  readonly suggestion?: string;
};

/** The sentence of each fault, for those who read the preview outside the web app. */
const SENTENCES = {
  'code-missing': () => 'Chưa ghi mã đơn vị.',
  'code-unreadable': (text: string) => `Mã “${text}” chỉ được gồm chữ, số và các dấu . _ / -.`,
  'code-twice': (text: string) => `Mã “${text}” đã ghi ở một dòng trước.`,
  'code-in-use': (text: string) => `Mã “${text}” là của một đơn vị khác đang hoạt động.`,
  'name-missing': () => 'Chưa ghi tên đơn vị.',
  'name-too-long': () => 'Tên đơn vị quá dài.',
  'name-twice': (text: string) => `Tên “${text}” đã ghi ở một dòng trước, dưới cùng đơn vị cấp trên.`,
  'name-in-use': (text: string) => `Tên “${text}” là của một đơn vị khác đang hoạt động, dưới cùng đơn vị cấp trên.`,
  'alias-too-long': () => 'Tên gọi khác dài quá 300 ký tự.',
  'too-many-aliases': () => 'Một đơn vị có nhiều nhất 29 tên gọi khác.',
  'kind-missing': () => 'Chưa ghi loại đơn vị.',
  'kind-unknown': (text: string) => `Không có loại đơn vị nào tên là “${text}”.`,
  'parent-unknown': (text: string) => `Không có đơn vị cấp trên nào có mã hoặc tên là “${text}”.`,
  'parent-ambiguous': (text: string) => `Có nhiều đơn vị cùng tên “${text}”; hãy ghi mã.`,
  'parent-circle': (text: string) => `Đơn vị cấp trên “${text}” lại nằm dưới chính đơn vị này.`,
  'second-root': (text: string) => `“${text}” chưa ghi đơn vị cấp trên.`,
} as const;

/** A unit that is there already. */
export type KnownUnit = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly parent: string | null;
  readonly aliases: readonly string[];
};
export type KnownKind = { readonly kind: string; readonly names: readonly string[] };

/** A line as it was understood; `unit` is the id of the known unit, or the one that the new unit will get. */
export type ReadUnit = {
  readonly row: number;
  readonly state: 'new' | 'known' | 'fault';
  readonly unit: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly parent: string | null;
  readonly parentName: string;
  readonly aliases: readonly string[];
};

const HEADERS: Readonly<Record<UnitField, readonly string[]>> = {
  code: ['code', 'ma', 'ma don vi', 'ma dinh danh', 'ma co quan', 'ma so'],
  name: ['name', 'ten', 'ten don vi', 'don vi', 'ten co quan', 'co quan, don vi', 'ten co quan, don vi'],
  kind: ['kind', 'loai', 'loai don vi', 'loai hinh', 'loai co quan'],
  parent: ['parent', 'don vi cap tren', 'cap tren', 'co quan cap tren', 'truc thuoc', 'don vi chu quan', 'ma cap tren'],
  aliases: ['aliases', 'ten khac', 'ten goi khac', 'ten viet tat', 'viet tat'],
};
const FIELDS = Object.keys(HEADERS) as UnitField[];
const HEADER_WITHIN = 30;

const fieldOf = (header: string): UnitField | null => {
  const text = folded(header)
    .replace(/[*:]+$/, '')
    .trim();
  return FIELDS.find((field) => HEADERS[field].includes(text)) ?? null;
};

/** How many fields the texts of a line name: what tells a header from a row. */
export const unitFieldsNamed = (texts: readonly string[]): number =>
  new Set(texts.flatMap((text) => fieldOf(text) ?? [])).size;

/** The table of units in a file: below the first line that names at least codes and names; undefined without one. */
export const unitsTableIn = (sheets: readonly Sheet[]): UnitsTable | undefined => {
  for (const { name, rows } of sheets) {
    const at = rows.slice(0, HEADER_WITHIN).findIndex(({ cells }) => {
      const found = [...cells.values()].map(fieldOf);
      return found.includes('code') && found.includes('name');
    });
    const header = rows[at];
    if (!header) continue;
    const columnOf = new Map<UnitField, number>();
    const columns: UnitsColumn[] = [];
    for (const [column, text] of [...header.cells].sort(([a], [b]) => a - b)) {
      const field = fieldOf(text);
      const first = field !== null && !columnOf.has(field);
      if (first) columnOf.set(field, column);
      columns.push({ header: text, field: first ? field : null });
    }
    const written = rows.slice(at + 1).flatMap(({ row, cells }) => {
      const value = (field: UnitField): string =>
        cells
          .get(columnOf.get(field) ?? -1)
          ?.normalize('NFC')
          .trim() ?? '';
      const unit = Object.fromEntries(FIELDS.map((field) => [field, value(field)])) as Omit<WrittenUnit, 'row'>;
      return FIELDS.every((field) => unit[field] === '') ? [] : [{ row, ...unit }];
    });
    return { sheet: name, columns, rows: written };
  }
  return undefined;
};

const KIND_OF_NAME: readonly (readonly [RegExp, string])[] = [
  [/^(ubnd |uy ban nhan dan )?xa /, 'commune'],
  [/^(ubnd |uy ban nhan dan )?phuong /, 'ward'],
  [/^(ubnd |uy ban nhan dan )?dac khu /, 'special_zone'],
  [/^(ubnd |uy ban nhan dan )(tinh|thanh pho)/, 'province'],
  [/^so /, 'department'],
  [/^bo /, 'ministry'],
  [/^phong /, 'section'],
];

const keyOf = (code: string): string => code.toUpperCase();

/** The kind that a text means: its key or one of its names; undefined for none. */
const kindOf = (text: string, kinds: readonly KnownKind[]): string | undefined => {
  const wanted = folded(text);
  return kinds.find(({ kind, names }) => kind === text || names.some((name) => folded(name) === wanted))?.kind;
};

type Candidate = {
  readonly id: string;
  readonly code: string;
  readonly names: readonly string[];
  readonly name: string;
};

/** Who a text in the parent's column can be: a code comes before a name. */
const parentsNamed = (text: string, candidates: readonly Candidate[]): readonly Candidate[] => {
  const byCode = candidates.filter(({ code }) => keyOf(code) === keyOf(text));
  if (byCode.length > 0) return byCode;
  const wanted = folded(text);
  return candidates.filter(({ names }) => names.includes(wanted));
};

const bigrams = (text: string): ReadonlySet<string> =>
  new Set(Array.from({ length: Math.max(text.length - 1, 1) }, (_, at) => text.slice(at, at + 2)));

/** The name that is nearest to a text, if one is near at all. */
const nearest = (text: string, candidates: readonly Candidate[]): string | undefined => {
  const wanted = bigrams(folded(text));
  let best: { name: string; near: number } | undefined;
  for (const { name } of candidates) {
    const other = bigrams(folded(name));
    const shared = [...wanted].filter((pair) => other.has(pair)).length;
    const near = (2 * shared) / (wanted.size + other.size);
    if (near > (best?.near ?? 0.6)) best = { name, near };
  }
  return best?.name;
};

/**
 * Matches the lines of a file with the units of a day. New units come with parents before children; a line that is
 * there with code, name and kind is known; without a parent a line stands below the root, or is it.
 */
export const matched = (
  rows: readonly WrittenUnit[],
  units: readonly KnownUnit[],
  kinds: readonly KnownKind[],
  idOf: (row: number) => string,
): { readonly units: readonly ReadUnit[]; readonly faults: readonly UnitFault[] } => {
  const faults: UnitFault[] = [];
  const faulty = new Set<number>();
  const fault = (
    row: number,
    column: UnitField,
    code: keyof typeof SENTENCES,
    text: string,
    suggestion?: string,
  ): void => {
    faults.push({
      row,
      column,
      code: `units-import.${code}`,
      text,
      message: SENTENCES[code](text),
      ...(suggestion === undefined ? {} : { suggestion }),
    });
    faulty.add(row);
  };
  const byCode = new Map(units.map((unit) => [keyOf(unit.code), unit]));
  const root = units.find(({ parent }) => parent === null);
  const rowsByCode = new Map<string, number>();
  const read = rows.map((line) => {
    const { row, code, name } = line;
    const aliases = line.aliases.split(/[;\n]/).flatMap((alias) => (alias.trim() === '' ? [] : [alias.trim()]));
    if (code === '') fault(row, 'code', 'code-missing', '');
    else if (!/^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,63}$/u.test(code)) fault(row, 'code', 'code-unreadable', code);
    if (name === '' || name.length > 300) fault(row, 'name', name === '' ? 'name-missing' : 'name-too-long', name);
    const endless = aliases.find((alias) => alias.length > 300);
    if (endless !== undefined) fault(row, 'aliases', 'alias-too-long', endless);
    if (aliases.length > 29) fault(row, 'aliases', 'too-many-aliases', String(aliases.length));
    const guess = KIND_OF_NAME.find(([shape]) => shape.test(folded(name)))?.[1];
    const kind = kindOf(line.kind, kinds);
    if (line.kind === '') fault(row, 'kind', 'kind-missing', '', guess);
    else if (kind === undefined) fault(row, 'kind', 'kind-unknown', line.kind, guess);
    const before = rowsByCode.get(keyOf(code));
    if (code !== '' && before !== undefined) fault(row, 'code', 'code-twice', code, String(before));
    else rowsByCode.set(keyOf(code), row);
    const there = byCode.get(keyOf(code));
    const known = there?.name === name && there.kind === kind ? there : undefined;
    if (there && !known) fault(row, 'code', 'code-in-use', code, there.name);
    return { ...line, aliases, kind: kind ?? line.kind, known, unit: known?.id ?? idOf(row) };
  });

  const candidates: readonly Candidate[] = [
    ...units.map(({ id, code, name, aliases }) => ({ id, code, name, names: [name, ...aliases].map(folded) })),
    ...read.flatMap(({ known, unit, code, name, aliases }) =>
      known ? [] : [{ id: unit, code, name, names: [name, ...aliases].map(folded) }],
    ),
  ];
  const rootless = read.filter(({ parent }) => parent === '');
  const placed = read.map((line) => {
    const { row, known, parent: text } = line;
    if (known) return { ...line, above: known.parent };
    if (text === '') {
      if (root) return { ...line, above: root.id };
      if (rootless.length > 1 && line !== rootless[0])
        fault(row, 'parent', 'second-root', line.name, rootless[0]?.name);
      return { ...line, above: null };
    }
    const [parent, another] = parentsNamed(text, candidates);
    if (!parent) fault(row, 'parent', 'parent-unknown', text, nearest(text, candidates));
    else if (another) fault(row, 'parent', 'parent-ambiguous', text, parent.code);
    return { ...line, above: parent?.id ?? null };
  });

  // Below one parent, two units of one name are one that was written twice; below another, there may be such a one.
  const placeOf = (name: string, parent: string): string => `${parent} ${nameKey(name)}`;
  const there = new Map(
    units.flatMap((unit) => (unit.parent === null ? [] : [[placeOf(unit.name, unit.parent), unit] as const])),
  );
  const written = new Map<string, (typeof placed)[number]>();
  for (const line of placed) {
    if (line.known || line.above === null || line.name === '') continue;
    const place = placeOf(line.name, line.above);
    const [unit, before] = [there.get(place), written.get(place)];
    const other = unit ?? before;
    // Of a code that is at fault itself the name says nothing more.
    if (other && keyOf(other.code) !== keyOf(line.code))
      fault(line.row, 'name', unit ? 'name-in-use' : 'name-twice', line.name, other.code);
    if (!before) written.set(place, line);
  }

  const newOnes = new Map(placed.filter(({ known }) => !known).map((line) => [line.unit, line]));
  const order: (typeof placed)[number][] = [];
  const visited = new Map<string, 'open' | 'done'>();
  for (const start of newOnes.values()) {
    const path: (typeof placed)[number][] = [];
    let line: (typeof placed)[number] | undefined = start;
    while (line && visited.get(line.unit) === undefined) {
      visited.set(line.unit, 'open');
      path.push(line);
      line = line.above === null ? undefined : newOnes.get(line.above);
    }
    if (line && visited.get(line.unit) === 'open') fault(line.row, 'parent', 'parent-circle', line.parent);
    for (const done of path.reverse()) {
      visited.set(done.unit, 'done');
      order.push(done);
    }
  }

  const names = new Map(candidates.map(({ id, name }) => [id, name]));
  const shown = ({ row, known, unit, code, name, kind, above, aliases }: (typeof placed)[number]): ReadUnit => ({
    row,
    state: faulty.has(row) ? 'fault' : known ? 'known' : 'new',
    unit,
    code,
    name,
    kind,
    parent: above,
    parentName: (above === null ? undefined : names.get(above)) ?? '',
    aliases,
  });
  return {
    units: [...placed.filter(({ known }) => known), ...order].map(shown),
    faults: faults.sort((a, b) => a.row - b.row),
  };
};
