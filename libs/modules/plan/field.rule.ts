import { folded } from '#kernel';

/** A group of the yearly plan; `numeral` numbers it in the annex and its rows ("I.1"). */
export type Field = {
  readonly code: string;
  readonly numeral: string;
  readonly name: string;
  readonly aliases: readonly string[];
};

/** The fields of the yearly plan, as versioned data with the first plan year they apply to. */
export type FieldSet = {
  readonly version: string;
  readonly since: number;
  /** The resolution that names the fields. */
  readonly ground: string;
  readonly fields: readonly Field[];
};

const steering: Field = {
  code: 'CDDH',
  numeral: 'I',
  name: 'Công tác chỉ đạo, điều hành cải cách hành chính',
  aliases: ['Công tác chỉ đạo, điều hành', 'Chỉ đạo, điều hành cải cách hành chính', 'Chỉ đạo, điều hành'],
};
const institutions: Field = {
  code: 'CCTC',
  numeral: 'II',
  name: 'Cải cách thể chế',
  aliases: ['Xây dựng và hoàn thiện thể chế', 'Thể chế'],
};
const procedures: Field = {
  code: 'CCTTHC',
  numeral: 'III',
  name: 'Cải cách thủ tục hành chính',
  aliases: ['Kiểm soát thủ tục hành chính', 'Thủ tục hành chính'],
};
const apparatus: Field = {
  code: 'CCTCBM',
  numeral: 'IV',
  name: 'Cải cách tổ chức bộ máy hành chính nhà nước',
  aliases: [
    'Cải cách tổ chức bộ máy hành chính',
    'Cải cách tổ chức bộ máy',
    'Cải cách tổ chức bộ máy nhà nước',
    'Tổ chức bộ máy',
    'Tổ chức bộ máy hành chính nhà nước',
  ],
};
const publicFinance: Field = {
  code: 'CCTCC',
  numeral: 'VI',
  name: 'Cải cách tài chính công',
  aliases: ['Tài chính công', 'Cải cách cơ chế tài chính'],
};

/**
 * Steering stands in front of the six fields of the programme. Until 2020 the fourth and the last of them were other
 * ones (staff quality, modernisation), so the codes differ as well.
 */
export const fieldSets: readonly FieldSet[] = [
  {
    version: '2011',
    since: 2011,
    ground: '30c/NQ-CP',
    fields: [
      steering,
      institutions,
      procedures,
      apparatus,
      {
        code: 'NCCLCB',
        numeral: 'V',
        name: 'Xây dựng và nâng cao chất lượng đội ngũ cán bộ, công chức, viên chức',
        aliases: ['Xây dựng, nâng cao chất lượng đội ngũ cán bộ, công chức, viên chức', 'Nâng cao chất lượng đội ngũ'],
      },
      publicFinance,
      {
        code: 'HDHHC',
        numeral: 'VII',
        name: 'Hiện đại hóa hành chính',
        aliases: ['Hiện đại hóa nền hành chính', 'Hiện đại hóa nền hành chính nhà nước'],
      },
    ],
  },
  {
    version: '2021',
    since: 2021,
    ground: '76/NQ-CP',
    fields: [
      steering,
      institutions,
      procedures,
      apparatus,
      {
        code: 'CCCV',
        numeral: 'V',
        name: 'Cải cách chế độ công vụ',
        aliases: ['Cải cách công vụ', 'Chế độ công vụ', 'Cải cách chế độ công vụ, công chức'],
      },
      publicFinance,
      {
        code: 'CQDT',
        numeral: 'VII',
        name: 'Xây dựng và phát triển chính quyền điện tử, chính quyền số',
        aliases: [
          'Chính quyền điện tử, chính quyền số',
          'Xây dựng chính quyền điện tử, chính quyền số',
          'Xây dựng, phát triển chính quyền điện tử, chính quyền số',
          'Xây dựng và phát triển chính phủ điện tử, chính phủ số',
          'Phát triển chính quyền số',
        ],
      },
    ],
  },
];

/** The fields that apply to the plans of a year; years before the first version have that one. */
export const fieldSetOf = (year: number, versions: readonly FieldSet[] = fieldSets): FieldSet => {
  const found = versions.filter(({ since }) => since <= year).at(-1) ?? versions[0];
  if (!found) throw new Error('no set of fields');
  return found;
};

const ENUMERATION = /^(?:(?:lĩnh vực|nhóm|phần|mục)\s+)?(?:[ivx]+|[a-h]|\d{1,2})\s*[.):/-]\s*/iu;

/** What a heading or a field cell says without its number ("II. CẢI CÁCH THỂ CHẾ" → "CẢI CÁCH THỂ CHẾ"). */
export const unnumbered = (text: string): string => text.normalize('NFC').trim().replace(ENUMERATION, '').trim();

const keyOf = (text: string): string =>
  folded(text)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\bcchc\b/gu, 'cai cach hanh chinh')
    .replace(/\btthc\b/gu, 'thu tuc hanh chinh')
    .trim();

const keys = new WeakMap<Field, readonly string[]>();

/** The keys of all that a field is called; long tables ask for them with every cell. */
const keysOf = (field: Field): readonly string[] => {
  const known = keys.get(field) ?? [field.code, field.name, ...field.aliases].map(keyOf);
  keys.set(field, known);
  return known;
};

const COUNT = /\s*(?:\([^()]*\)|[:–-]?\s*\d+\s+nhiệm vụ)\s*[.:]?$/iu;
const SUBJECT = /^(?:về\s+)?(?:lĩnh vực|nhóm nhiệm vụ|nhiệm vụ)\s+/iu;

/**
 * The field that a text names by code, name or usual name; what stands around it in headings (a number in front, the
 * count of its rows behind) is left aside, and tones and signs do not matter.
 */
export const fieldNamed = (text: string, fields: readonly Field[]): Field | undefined => {
  const bare = unnumbered(text).replace(COUNT, '');
  const meant = new Set([text, bare, bare.replace(SUBJECT, '')].map(keyOf));
  meant.delete('');
  return fields.find((field) => keysOf(field).some((key) => meant.has(key)));
};

/** Whether a text names a field of any version. */
export const namesField = (text: string): boolean =>
  fieldSets.some(({ fields }) => fieldNamed(text, fields) !== undefined);

/** The fields of a version; none for one that does not exist. */
export const fieldsOf = (version: string, versions: readonly FieldSet[] = fieldSets): readonly Field[] =>
  versions.find((set) => set.version === version)?.fields ?? [];
