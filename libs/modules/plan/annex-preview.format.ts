import { errorValueIn, type Day } from '#kernel';
import { cellText } from '#platform/sheets';
import { matchRows, type HeldRow } from './annex-match.format.js';
import { annexFields, MOST_ROWS, type AnnexColumn, type AnnexField, type AnnexRow } from './annex-table.rule.js';
import type { Annex, AnnexWarning } from './annex.format.js';
import { readDeadline, type DeadlineReading, type DeadlineRule, type DeadlineRules } from './deadline.rule.js';
import { fieldNamed, fieldSetOf, unnumbered, type Field } from './field.rule.js';
import {
  misspelt,
  nearestNames,
  readLeads,
  registerOf,
  type AmbiguousLead,
  type KnownUnits,
  type NamedLead,
  type UnknownLead,
} from './leads.rule.js';

import { modeInCell, rowIdIn, rowMarked, type RowMode } from './row-mark.rule.js';
import { identityOf } from './row-name.rule.js';

export { fieldSetOf, fieldsOf } from './field.rule.js';
export { leadsOn } from './leads.rule.js';

/** A row of the parent plan, and how files name it: by its code, or where that is no name of one row by its id. */
export type ParentRow = { readonly row: string; readonly code: string; readonly title: string };

/** What an annex is held against: the units and classes of the day, and the rules of the plan's year. */
export type PreviewFacts = KnownUnits & {
  readonly year: number;
  readonly fields?: readonly Field[];
  readonly rules: DeadlineRules;
  /** The rows of the parent plan; without them the plan has none. */
  readonly parentRows?: readonly ParentRow[];
  /** The rows that the plan holds, where there is a plan: their codes are taken, but by the lines that are these rows. */
  readonly held?: readonly HeldRow[];
};

export type PreviewRow = {
  readonly row: number;
  readonly code: string;
  /** The code of its field; empty when no field has the name. */
  readonly field: string;
  readonly title: string;
  readonly deliverable: string;
  readonly leads: readonly NamedLead[];
  readonly leadsText: string;
  readonly coordinating: readonly NamedLead[];
  readonly coordinatingText: string;
  readonly deadline: string;
  readonly due: Day | null;
  readonly rule: DeadlineRule | 'unread';
  readonly cycle: DeadlineReading['cycle'];
  readonly milestones: DeadlineReading['milestones'];
  readonly funding: string;
  readonly note: string;
  /** The row of a plan that it was when this product wrote the file; a row that was copied in the file carries it too. */
  readonly id?: string;
  /** How it is completed, where the file says so. */
  readonly mode?: RowMode;
  /** The row of the parent plan that it carries out; null where the file says none, missing where it says nothing. */
  readonly parentRow?: string | null;
};

type ReadLead = NamedLead | UnknownLead | AmbiguousLead;

export type FaultCode =
  | 'missing-column'
  | 'missing-title'
  | 'missing-lead'
  | 'missing-deadline'
  | 'unknown-unit'
  | 'ambiguous-unit'
  | 'unknown-field'
  | 'impossible-date'
  | 'unreadable-deadline'
  | 'duplicate-row'
  | 'error-value'
  | 'unreadable-mode'
  | 'unknown-parent-row'
  | 'text-too-long'
  | 'too-many-rows';

/** What keeps a row from being taken in as it stands. */
export type AnnexFault = {
  readonly row: number;
  readonly column: AnnexField;
  /** The place as spreadsheets name it; missing when the column is. */
  readonly cell?: string;
  readonly code: FaultCode;
  readonly message: string;
  /** What may stand in place of the text at fault. */
  readonly suggestion?: string;
  /** The suggestion and those behind it. */
  readonly suggestions?: readonly string[];
};

/** What somebody should know before the rows are taken in; it keeps nothing from being taken in. */
export type PreviewWarning = { readonly code: `import.${AnnexWarning | 'row-id-twice'}`; readonly message: string };

export type AnnexPreview = {
  readonly sheet: string;
  readonly sheets: readonly string[];
  readonly columns: readonly AnnexColumn[];
  readonly rows: readonly PreviewRow[];
  readonly faults: readonly AnnexFault[];
  readonly warnings: readonly PreviewWarning[];
  /** The lines of which the file says no code: theirs is a free number in their field. */
  readonly numbered: ReadonlySet<number>;
  readonly summary: { readonly rows: number; readonly faults: number };
};

const LONGEST_TEXT = 5_000;

const COLUMNS: Readonly<Record<AnnexField, string>> = {
  ordinal: 'STT',
  code: 'mã nhiệm vụ',
  field: 'lĩnh vực',
  title: 'nhiệm vụ',
  deliverable: 'sản phẩm',
  leads: 'cơ quan chủ trì',
  coordinating: 'cơ quan phối hợp',
  deadline: 'thời gian hoàn thành',
  funding: 'kinh phí',
  note: 'ghi chú',
  parent: 'nhiệm vụ cấp trên',
  mode: 'cách tính hoàn thành',
  id: 'mã dòng',
};

/** The sentence of each fault, for those who read the preview outside the web app. */
const SENTENCES: Readonly<Record<FaultCode, (text: string, others: string) => string>> = {
  'missing-column': (text) => `Không tìm thấy cột ${text}; hãy chỉ ra cột này trong bảng.`,
  'missing-title': () => 'Chưa có tên nhiệm vụ.',
  'missing-lead': () => 'Chưa có cơ quan chủ trì.',
  'missing-deadline': () => 'Chưa có thời gian hoàn thành; nếu không ấn định, hãy ghi “Theo quy định”.',
  'unknown-unit': (text) => `Không có cơ quan, đơn vị nào tên là “${text}”.`,
  'ambiguous-unit': (text, others) =>
    `Có nhiều cơ quan, đơn vị cùng tên “${text}”${others === '' ? '' : `: ${others}`}; hãy ghi rõ là đơn vị nào.`,
  'unknown-field': (text) =>
    text === '' ? 'Nhiệm vụ không nằm trong lĩnh vực nào.' : `Không có lĩnh vực nào tên là “${text}”.`,
  'impossible-date': (text) => `“${text}” ghi một ngày không có trên lịch hoặc quá xa năm kế hoạch.`,
  'unreadable-deadline': (text) => `Không hiểu thời gian hoàn thành “${text}”.`,
  'duplicate-row': (text) => `Nhiệm vụ trùng với dòng ${text} trong cùng lĩnh vực.`,
  'error-value': (text) => `Ô chứa lỗi công thức “${text}” của bảng tính; hãy ghi lại nội dung.`,
  'unreadable-mode': (text) => `Không hiểu cách tính hoàn thành “${text}”; hãy ghi “Tất cả”, “Từ 80%” hoặc “Công bố”.`,
  'unknown-parent-row': (text) =>
    `Không có nhiệm vụ “${text}” trong kế hoạch cấp trên; hãy ghi mã nhiệm vụ, như “I.3”, hoặc để trống.`,
  'text-too-long': (text) => `Nội dung dài quá ${text} ký tự.`,
  'too-many-rows': (text) => `Kế hoạch có nhiều nhất ${text} nhiệm vụ; từ dòng này là quá số đó.`,
};

/** The fault of the first new row for which a plan that holds so many has no room; none when there is room for all. */
export const overfull = (fresh: readonly PreviewRow[], held: number): readonly AnnexFault[] => {
  const first = fresh[MOST_ROWS - held];
  const code = 'too-many-rows';
  return first ? [{ row: first.row, column: 'title', code, message: SENTENCES[code](String(MOST_ROWS), '') }] : [];
};

const WARNINGS: Readonly<Record<PreviewWarning['code'], string>> = {
  'import.tracked-changes':
    'Tệp còn các sửa đổi được theo dõi (Track Changes); nội dung được đọc như khi chấp nhận tất cả.',
  'import.hidden-text': 'Tệp có chữ ẩn; chữ ẩn không được đọc.',
  'import.text-boxes': 'Tệp có hộp văn bản (text box); nội dung trong hộp không được đọc.',
  'import.other-tables': 'Tệp còn bảng khác cũng giống phụ lục kế hoạch; chỉ một bảng được đọc.',
  'import.row-id-twice': 'Có dòng được sao chép từ dòng khác trong tệp; bản sao được coi là nhiệm vụ mới.',
  'import.columns-alike':
    'Có hai cột đều có thể là nhiệm vụ, cơ quan chủ trì hoặc thời gian hoàn thành; một cột đã được chọn. Nếu chọn sai, hãy sửa việc ghép cột.',
  'import.lines-left-out':
    'Có dòng ở cuối bảng không được đọc thành nhiệm vụ; nếu là nhiệm vụ, hãy ghi số thứ tự, cơ quan chủ trì hoặc thời gian hoàn thành.',
  'import.hidden-rows': 'Bảng có dòng bị ẩn; các dòng này vẫn được đọc thành nhiệm vụ.',
};

/** A few of the rows that a sentence speaks of. */
const listed = (rows: readonly number[]): string => `${rows.slice(0, 5).join(', ')}${rows.length > 5 ? ', …' : ''}`;

const letters = (column: number): string =>
  (column >= 26 ? letters(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));

const shortened = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text).replace(/\s+/gu, ' ');

const nameOf = (text: string): string => text.normalize('NFC').trim().toLowerCase();

/** The rows of a parent plan by code; a code that two of them have names neither. */
const parentNames = (rows: readonly ParentRow[]): ReadonlyMap<string, string> => {
  const named = namesOfRows(rows);
  return new Map([...named].map(([row, name]) => [nameOf(name), row]));
};

/** How each row of a parent plan is named in files: by its code where no other has it, else by its id. */
export const namesOfRows = (rows: readonly ParentRow[]): ReadonlyMap<string, string> => {
  const counts = new Map<string, number>();
  for (const { code } of rows) counts.set(nameOf(code), (counts.get(nameOf(code)) ?? 0) + 1);
  const isName = (code: string): boolean =>
    code !== '' && counts.get(nameOf(code)) === 1 && cellText(code) === code && rowIdIn(code) === undefined;
  return new Map(rows.map(({ row, code }) => [row, isName(code) ? code : row]));
};

/** Collects faults with their places. */
class Faults {
  readonly found: AnnexFault[] = [];
  private readonly places: ReadonlyMap<AnnexField, number>;

  constructor(columns: readonly AnnexColumn[]) {
    this.places = new Map(columns.flatMap(({ field, index }) => (field ? [[field, index] as const] : [])));
  }

  has(column: AnnexField): boolean {
    return this.places.has(column);
  }

  add(
    code: FaultCode,
    row: number,
    column: AnnexField,
    text: string,
    suggestions: readonly string[] = [],
    others = '',
  ): void {
    const place = this.places.get(column);
    const [suggestion] = suggestions;
    this.found.push({
      row,
      column,
      ...(place === undefined ? {} : { cell: `${letters(place)}${row}` }),
      code,
      message: SENTENCES[code](shortened(text), others),
      ...(suggestion === undefined ? {} : { suggestion, suggestions }),
    });
  }

  get sorted(): readonly AnnexFault[] {
    const order = (fault: AnnexFault): number => annexFields.indexOf(fault.column);
    // What else is wrong with a cell that holds the error of a formula comes of it.
    const cells = new Set(this.found.flatMap(({ code, cell }) => (code === 'error-value' ? [cell] : [])));
    const told = this.found.filter(({ code, cell }) => code === 'error-value' || !cell || !cells.has(cell));
    return told.sort((a, b) => a.row - b.row || order(a) - order(b));
  }
}

/** The field of each row, by its column or by the headings above it. */
const fieldReader = (
  annex: Annex,
  fields: readonly Field[],
  faults: Faults,
): ((row: AnnexRow) => Field | undefined) => {
  const names = fields.map(({ name }) => name);
  const known = new Map<string, Field | undefined>();
  const read = (text: string): Field | undefined => {
    if (!known.has(text)) known.set(text, fieldNamed(text, fields));
    return known.get(text);
  };
  const blamed = new Set<number>();
  const blame = (row: number, text: string): undefined => {
    if (!blamed.has(row))
      faults.add('unknown-field', row, 'field', unnumbered(text), nearestNames(unnumbered(text), names));
    blamed.add(row);
  };
  const nowhere = !faults.has('field') && annex.rows.every(({ groups }) => groups.length === 0);
  if (nowhere && annex.rows.length > 0) faults.add('missing-column', annex.header.from, 'field', COLUMNS.field);

  return ({ row, field, groups }) => {
    if (field !== '') return read(field) ?? blame(row, field);
    for (const group of [...groups].reverse()) {
      const found = read(group.text);
      if (found) return found;
      // A misspelt field must not pass for a subheading of the field above it.
      if (misspelt(unnumbered(group.text), names) !== undefined) return blame(group.row, group.text);
    }
    const heading = groups.filter(({ level }) => level <= 1).at(-1) ?? groups.at(-1);
    if (heading) return blame(heading.row, heading.text);
    return nowhere ? undefined : blame(row, '');
  };
};

const GIVEN_CODE = /^[IVX]+\.\d+(?:\.\d+)*$/u;

const ordinalOf = ({ ordinal }: AnnexRow): string => ordinal.replace(/\.$/u, '');
/** The code that an annex itself gives a row; empty when it only numbers it. */
const givenCode = (row: AnnexRow): string => row.code || (GIVEN_CODE.test(ordinalOf(row)) ? ordinalOf(row) : '');

/** A number in a field, or the next one that no row has; it is taken then. */
export const freeCode = (code: string, taken: Set<string>): string => {
  const dot = code.lastIndexOf('.');
  let free = code;
  for (let next = Number(code.slice(dot + 1)) + 1; taken.has(free); next += 1) free = `${code.slice(0, dot)}.${next}`;
  taken.add(free);
  return free;
};

/**
 * Shows what an annex would become as rows of a plan: fields, units, due dates, and every fault by row and column.
 * Nothing is stored by it, and the same annex against the same facts gives the same preview.
 */
export const previewAnnex = (annex: Annex, facts: PreviewFacts): AnnexPreview => {
  const fields = facts.fields ?? fieldSetOf(facts.year).fields;
  const register = registerOf(facts);
  const faults = new Faults(annex.columns);
  for (const column of ['title', 'leads', 'deadline'] as const)
    if (!faults.has(column)) faults.add('missing-column', annex.header.from, column, COLUMNS[column]);

  const fieldOf = fieldReader(annex, fields, faults);
  const cells = new Map<string, readonly ReadLead[]>();
  const namesIn = (text: string): readonly ReadLead[] => {
    const found = cells.get(text) ?? readLeads(text, register);
    cells.set(text, found);
    return found;
  };
  const leadsIn = (text: string): readonly NamedLead[] =>
    namesIn(text).flatMap((lead) => (lead.kind === 'unit' || lead.kind === 'class' ? [lead] : []));

  const deadlines = new Map<string, ReturnType<typeof readDeadline>>();
  const deadlineIn = ({ row, deadline }: AnnexRow): Pick<PreviewRow, 'due' | 'rule' | 'cycle' | 'milestones'> => {
    const reading = deadlines.get(deadline) ?? readDeadline(deadline, facts);
    deadlines.set(deadline, reading);
    if (!('fault' in reading)) return reading;
    if (deadline !== '') faults.add(reading.fault, row, 'deadline', reading.part);
    else if (faults.has('deadline')) faults.add('missing-deadline', row, 'deadline', '');
    return { due: null, rule: 'unread', cycle: 'once', milestones: [] };
  };

  const ids = new Set<string>();
  let copied = false;
  const identified = (id: string | undefined): { readonly id?: string } => {
    if (id === undefined) return {};
    copied ||= ids.has(id);
    ids.add(id);
    return { id };
  };
  const modeOf = ({ row, mode: text }: AnnexRow): RowMode | undefined => {
    const mode = text === '' ? undefined : modeInCell(text);
    if (text !== '' && !mode) faults.add('unreadable-mode', row, 'mode', text);
    return mode;
  };

  const parents = parentNames(facts.parentRows ?? []);
  const parentTexts = [...namesOfRows(facts.parentRows ?? []).values()];
  const parentOf = ({ row, parent: text }: AnnexRow): { readonly parentRow?: string | null } => {
    if (!faults.has('parent')) return {};
    if (text === '') return { parentRow: null };
    const named = parents.get(nameOf(text)) ?? rowIdIn(text);
    const isThere = named !== undefined && facts.parentRows?.some((known) => known.row === named);
    if (!isThere) faults.add('unknown-parent-row', row, 'parent', text, nearestNames(text, parentTexts));
    return named === undefined ? {} : { parentRow: named };
  };

  const taken = new Set(annex.rows.map(givenCode));
  const numbered = new Set<number>();
  const counts = new Map<string, number>();
  const firsts = new Map<string, number>();
  const lines = annex.rows.map((row) => {
    const field = fieldOf(row);
    const marked = rowMarked(row.marks);
    const identity = identified(marked?.id ?? rowIdIn(row.id));
    const mode = marked?.mode ?? modeOf(row);
    const place = (counts.get(field?.code ?? '') ?? 0) + 1;
    counts.set(field?.code ?? '', place);
    const codeOf = (isCopy: boolean): string => {
      const code = givenCode(row);
      if (code !== '' && !isCopy) return code;
      // A file that carries ids says each code; what is empty there is empty.
      const ordinal = ordinalOf(row);
      if (marked && !marked.numbered) return row.ordinal;
      if (marked && field && ordinal !== '') return `${field.numeral}.${ordinal}`;
      if (identity.id !== undefined && faults.has('code') && !isCopy) return '';
      if (!field) return ordinal;
      numbered.add(row.row);
      return freeCode(`${field.numeral}.${place}`, taken);
    };

    if (row.title === '') {
      if (faults.has('title')) faults.add('missing-title', row.row, 'title', '');
    } else {
      const key = identityOf({ field: field?.code ?? '', title: row.title });
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, row.row);
      else faults.add('duplicate-row', row.row, 'title', String(first));
    }

    const leads = namesIn(row.leadsText);
    if (leads.length === 0 && faults.has('leads')) faults.add('missing-lead', row.row, 'leads', '');
    for (const lead of leads) {
      if (lead.kind === 'unknown') faults.add('unknown-unit', row.row, 'leads', lead.text, lead.suggestions);
      if (lead.kind !== 'ambiguous') continue;
      const others = `${lead.suggestions.join('; ')}${lead.bearers > lead.suggestions.length ? '; …' : ''}`;
      faults.add('ambiguous-unit', row.row, 'leads', lead.text, lead.suggestions, others);
    }

    const texts = {
      title: row.title,
      deliverable: row.deliverable,
      leads: row.leadsText,
      coordinating: row.coordinatingText,
      deadline: row.deadline,
      funding: row.funding,
      note: row.note,
    };
    for (const [column, text] of Object.entries(texts) as [AnnexField, string][])
      if (text.length > LONGEST_TEXT) faults.add('text-too-long', row.row, column, String(LONGEST_TEXT));

    // A row that this product wrote may say so itself; only beside the plan is it known whether it still does.
    if (identity.id === undefined || facts.held) {
      const { ordinal, code, field: named, parent, mode: completed, id } = row;
      const cells = { ...texts, ordinal, code, field: named, parent, mode: completed, id };
      for (const [column, text] of Object.entries(cells) as [AnnexField, string][]) {
        const error = errorValueIn(text);
        if (error) faults.add('error-value', row.row, column, error);
      }
    }

    const reading = deadlineIn(row);
    const read: PreviewRow = {
      row: row.row,
      code: '',
      field: field?.code ?? '',
      title: row.title,
      deliverable: row.deliverable,
      leads: leadsIn(row.leadsText),
      leadsText: row.leadsText,
      coordinating: leadsIn(row.coordinatingText),
      coordinatingText: row.coordinatingText,
      deadline: row.deadline,
      due: reading.due,
      rule: reading.rule,
      cycle: reading.cycle,
      milestones: reading.milestones,
      funding: row.funding,
      note: row.note,
      ...identity,
      ...(mode ? { mode } : {}),
      ...parentOf(row),
    };
    return { read, given: givenCode(row), codeOf };
  });

  const matched = matchRows(
    lines.map(({ read }) => read),
    facts.held ?? [],
  );
  const met = new Set(matched.map(({ held }) => held));
  for (const held of facts.held ?? []) if (!met.has(held)) taken.add(held.content.code);
  // Of lines that carry one id, the first is the row, unless the plan says that another is.
  const originals = new Map(
    [...lines].reverse().flatMap((line) => (line.read.id === undefined ? [] : [[line.read.id, line] as const])),
  );
  matched.forEach(({ held, row: { id } }, at) => {
    const line = lines[at];
    if (line && held && held.row === id) originals.set(id, line);
  });
  const rows = lines.map(({ read, given, codeOf }): PreviewRow => {
    const original = facts.held && originals.get(read.id ?? '');
    const isCopy = given !== '' && original !== undefined && original.read !== read && original.given === given;
    return { ...read, code: codeOf(isCopy) };
  });

  const found = faults.sorted;
  return {
    sheet: annex.sheet,
    sheets: annex.sheets,
    columns: annex.columns,
    rows,
    faults: found,
    warnings: [...annex.warnings, ...(copied ? (['row-id-twice'] as const) : [])].map((warning) => {
      const code = `import.${warning}` as const;
      const rows = code === 'import.lines-left-out' ? ` Dòng ${listed(annex.leftOut)}.` : '';
      return { code, message: `${WARNINGS[code]}${rows}` };
    }),
    numbered,
    summary: { rows: rows.length, faults: found.length },
  };
};
