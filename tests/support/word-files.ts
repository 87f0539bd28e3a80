import { packed } from './annexes.js';

/** Word files made in memory, as Word itself writes them and as it does not. */

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const TYPES = 'application/vnd.openxmlformats-officedocument.wordprocessingml';

const escaped = (text: string): string => text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;');

export const run = (text: string, properties = ''): string =>
  `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${escaped(text)}</w:t></w:r>`;
export const paragraph = (content: string): string => `<w:p>${content.startsWith('<') ? content : run(content)}</w:p>`;
export const inserted = (content: string): string =>
  `<w:ins w:id="1" w:author="A" w:date="2026-01-05T08:00:00Z">${content}</w:ins>`;
export const deleted = (text: string): string =>
  `<w:del w:id="2" w:author="A" w:date="2026-01-05T08:00:00Z"><w:r><w:delText xml:space="preserve">${escaped(text)}</w:delText></w:r></w:del>`;

/** A cell of these lines: text, or paragraphs and tables as they are written. */
export const cell = (content: string | readonly string[], properties = ''): string => {
  const lines = typeof content === 'string' ? [content] : content;
  return `<w:tc>${properties && `<w:tcPr>${properties}</w:tcPr>`}${lines
    .map((line) => (line.startsWith('<w:p>') || line.startsWith('<w:tbl>') ? line : paragraph(line)))
    .join('')}</w:tc>`;
};
export const row = (cells: readonly string[], properties = ''): string =>
  `<w:tr>${properties && `<w:trPr>${properties}</w:trPr>`}${cells.map((text) => (text.startsWith('<w:tc>') ? text : cell(text))).join('')}</w:tr>`;
export const table = (rows: readonly string[], widths: readonly number[] = []): string =>
  `<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>${widths.map((width) => `<w:gridCol w:w="${width}"/>`).join('')}</w:tblGrid>${rows.join('')}</w:tbl>`;

export const span = (columns: number): string => `<w:gridSpan w:val="${columns}"/>`;
export const below = (value?: 'restart'): string => (value ? `<w:vMerge w:val="${value}"/>` : '<w:vMerge/>');

/** The parts of a document with that body. */
export const documentParts = (
  body: string,
  {
    parts = {},
    type = `${TYPES}.document.main+xml`,
  }: { parts?: Record<string, string | Uint8Array>; type?: string } = {},
): Record<string, string | Uint8Array> => ({
  '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="${type}"/></Types>`,
  'word/document.xml': `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="${W}"><w:body>${body}<w:sectPr/></w:body></w:document>`,
  ...parts,
});

export const documentOf = (body: string, options?: Parameters<typeof documentParts>[1]): Buffer =>
  packed(documentParts(body, options));

export const WORD_HEADER = ['STT', 'Nhiệm vụ', 'Sản phẩm', 'Cơ quan chủ trì', 'Thời gian hoàn thành'] as const;

/** A row under `WORD_HEADER`, faultless unless told otherwise. */
export const wordTask = (ordinal: string, title: string, changed: Readonly<Record<number, string>> = {}): string =>
  row([ordinal, title, 'Báo cáo', 'Sở Nội vụ', '30/6/2026'].map((text, at) => changed[at] ?? text));
export const wordField = (numeral: string, name: string): string => row([cell(numeral), cell(name, span(4))]);
