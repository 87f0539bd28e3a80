import fc from 'fast-check';
import { cellText } from '#platform/sheets';
import {
  writeAnnex,
  type AnnexFormat,
  type OutgoingAnnex,
  type OutgoingRow,
} from '../../libs/modules/plan/annex-export.format.js';
import { matchRows, type HeldRow } from '../../libs/modules/plan/annex-match.format.js';
import {
  fieldSetOf,
  namesOfRows,
  previewAnnex,
  type AnnexPreview,
} from '../../libs/modules/plan/annex-preview.format.js';
import { identityOf } from '../../libs/modules/plan/row-name.rule.js';
import { readAnnex } from '../../libs/modules/plan/annex.format.js';
import type { RowMode } from '../../libs/modules/plan/row-mark.rule.js';
import { shippedRules } from './rule-sets.js';

const YEAR = 2026;
export const { fields } = fieldSetOf(YEAR);
const unit = (name: string) => ({ id: `u ${name}`, code: '', name, kind: 'so', parent: null });
const units = [
  'Sở Nội vụ',
  'Sở Văn hóa, Thể thao và Du lịch',
  "UBND xã Ea H'leo".normalize('NFD'),
  'Trường Chính trị "Tỉnh"',
  'Trung tâm Phục vụ hành chính công tỉnh',
].map(unit);
const classes = [
  { id: 'c agencies', name: 'Các sở, ban, ngành', kinds: ['so'], aliases: [] },
  { id: 'c communes', name: 'UBND các xã, phường', kinds: ['xa'], aliases: [] },
];
/** Of the plan above: codes that name one row, two rows, none; codes that spreadsheets take for something else. */
const parentRows = ['I.1', 'I.2', 'I.2', '', '=1+1', '12', 'Mục  3', ' II.1', '-5', 'A'.repeat(36)].map((code, at) => ({
  row: `00000000-0000-5000-8000-00000000000${at}`,
  code,
  title: `Nhiệm vụ ${at}`,
}));
/** The year, the units and the plan above that annexes of tests are read with. */
export const facts = { units, classes, year: YEAR, rules: shippedRules, parentRows };

const bits = [
  '=HYPERLINK("http://x.vn";"Bấm")',
  "=cmd|' /C calc'!A0",
  '+84',
  '-1',
  '@SUM(A1)',
  "'",
  '"',
  '\n',
  '\r\n',
  '; ',
  ', ',
  '|',
  '\t',
  '  ',
  '_x0041_',
  '&amp;<b>]]>',
  'sep=;',
  '\u200f\u202e',
  '\u2066',
  '\ufeff',
  '\u0000\u000b',
  '\ud83d',
  '👨‍👩‍👧 ✅',
  'e\u200b\u0301',
  'ﬁ ﷺ',
  'Nhiệm vụ',
  'Cơ quan chủ trì',
  'Cải cách thể chế',
  'Tổng cộng',
  'TM. ỦY BAN NHÂN DÂN',
  'PHỤ LỤC',
  'II.',
  '1',
  '#REF!',
  '12:30',
  '1,5',
  'Báo cáo định kỳ'.normalize('NFD'),
  'tổng hợp, đánh giá',
];
const text = fc.oneof(
  { weight: 12, arbitrary: fc.array(fc.constantFrom(...bits, ' '), { maxLength: 5 }).map((parts) => parts.join('')) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 3, arbitrary: fc.constantFrom(...bits) },
  { weight: 1, arbitrary: fc.constantFrom(...bits).map((bit) => `${bit}ế `.repeat(4_000).slice(0, 4_000)) },
);
const deadline = fc.constantFrom(
  '30/6/2026',
  'Thường xuyên',
  'Quý III/2026'.normalize('NFD'),
  'Kế hoạch trước 31/01; kết quả trước 30/9/2026',
  'Hằng tháng',
  'Theo kế hoạch của Chính phủ',
  'Tháng 12',
);
const lead = fc.constantFrom(
  ...units.map(({ id, name }) => ({ kind: 'unit', id, name })),
  ...classes.map(({ id, name }) => ({ kind: 'class', id, name })),
);
const mode: fc.Arbitrary<RowMode> = fc.oneof(
  fc.constant<RowMode>({ kind: 'all' }),
  fc.constant<RowMode>({ kind: 'declared' }),
  fc.integer({ min: 1, max: 100 }).map((percent): RowMode => ({ kind: 'share', percent })),
);
const code = (field: string, at: number): fc.Arbitrary<string> => {
  const numeral = fields.find((known) => known.code === field)?.numeral ?? '';
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(`${numeral}.${at + 1}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '5', 'I.1', 'VII.2', `${numeral}.1.2`, 'A', '=1', 'Mục 3.', '1.', '(a)'),
    },
  );
};
const row = fc
  .record({
    row: fc.uuid(),
    field: fc.constantFrom(...fields.map((field) => field.code)),
    title: text,
    deliverable: text,
    coordinatingText: text,
    funding: fc.oneof(fc.constant(''), text),
    note: fc.oneof(fc.constant(''), text),
    leads: fc.uniqueArray(lead, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
    deadline,
    mode,
    parentRow: fc.option(fc.constantFrom(...parentRows.map((known) => known.row)), { nil: undefined }),
    at: fc.nat(40),
  })
  .chain(({ row: id, leads, at, parentRow, ...content }) =>
    code(content.field, at).map((given) => ({
      row: id,
      source: null,
      leads,
      content: {
        ...content,
        ...(parentRow === undefined ? {} : { parentRow }),
        code: given,
        leadsText: leads.map(({ name }) => name).join('; '),
      },
    })),
  );
/** A plan as it is stored: no title without a word, no two alike in a field, and no two of one id. */
const rows = fc
  .uniqueArray(row, { minLength: 1, maxLength: 7, selector: ({ content }) => identityOf(content) })
  .map((all) => all.filter(({ row: id }, at) => all.findIndex((other) => other.row === id) === at))
  .map((all) => all.filter(({ content }) => /[a-z0-9]/u.test(identityOf({ field: '', title: content.title }))))
  .filter((all) => all.length > 0)
  .map((all) => {
    const keys = all.map(
      ({ content }) =>
        `${content.field} ${identityOf({ field: '', title: content.title })
          .replace(/[^a-z0-9]+/gu, ' ')
          .trim()}`,
    );
    return all.filter((_, at) => keys.indexOf(keys[at] ?? '') === at);
  });
const plan = fc.record({
  title: text,
  unit: fc.constantFrom(...units.map(({ name }) => name)),
  isDraft: fc.boolean(),
  rows,
});
type Plan = Parameters<Parameters<(typeof plan)['map']>[0]>[0];

const outgoing = ({ title, unit: name, isDraft, rows: all }: Plan): OutgoingAnnex => ({
  title,
  unit: name,
  document: isDraft ? null : { kind: 'Kế hoạch', number: '0257/KH-UBND', date: '2025-12-22' },
  fields,
  rows: all,
  parentRows: namesOfRows(parentRows),
  made: '2026-12-18T01:00:00Z',
});

const shown = ({ content }: Pick<OutgoingRow, 'content'>) => ({
  ...Object.fromEntries(
    Object.entries(content).flatMap(([name, value]) => (typeof value === 'string' ? [[name, cellText(value)]] : [])),
  ),
  mode: content.mode,
  parentRow: content.parentRow ?? null,
});
const back = ({ rows: all }: AnnexPreview, like: object) =>
  new Map(
    all.map((one) => [
      one.id,
      Object.fromEntries(Object.keys(like).map((key) => [key, one[key as keyof typeof one] ?? null])),
    ]),
  );

/** Always the same plans, so that a failure is one of the change at hand; another seed asks others. */
const SEED = 20_261_126;

/** A thousand plans go out as such files, and what comes back is what went out. */
export const comesBack = (format: AnnexFormat): Promise<void> =>
  fc.assert(
    fc.asyncProperty(plan, async (drawn) => {
      const file = await writeAnnex(outgoing(drawn), format);
      const preview = previewAnnex(await readAnnex(file), facts);
      expect([format, preview.faults, preview.warnings]).toEqual([format, [], []]);
      const [first] = drawn.rows;
      expect(back(preview, first ? shown(first) : {})).toEqual(new Map(drawn.rows.map((one) => [one.row, shown(one)])));
      const leads = new Map(preview.rows.map((one) => [one.id, one.leads.map(({ kind, id }) => ({ kind, id }))]));
      expect(leads).toEqual(
        new Map(drawn.rows.map((one) => [one.row, one.leads.map(({ kind, id }) => ({ kind, id }))])),
      );
      const matched = matchRows<HeldRow>(preview.rows, drawn.rows);
      expect(matched.map(({ status }) => status)).toEqual(drawn.rows.map(() => 'same'));
    }),
    { numRuns: 1_000, seed: SEED },
  );
