import { movedOn, type KeptBecause } from './moved-on.rule.js';

/** The columns of a row whose years move on. */
export const MOVED_COLUMNS = ['title', 'deliverable', 'deadline', 'funding', 'note'] as const;
export type MovedColumn = (typeof MOVED_COLUMNS)[number];

type Texts = { readonly [column in MovedColumn]: string };

/** A row's texts as next year's plan would have them, with every year that moved and every one that did not. */
export type NextTexts = {
  readonly texts: { readonly [column in MovedColumn]: string };
  readonly changes: readonly { readonly column: MovedColumn; readonly before: string; readonly after: string }[];
  readonly kept: readonly { readonly column: MovedColumn; readonly text: string; readonly because: KeptBecause }[];
};

/** Moves the texts of a row from one plan's year to another's. */
export const nextTexts = (row: Texts, years: { readonly from: number; readonly to: number }): NextTexts => {
  const moved = MOVED_COLUMNS.map((column) => ({ column, ...movedOn(row[column], years) }));
  return {
    texts: Object.fromEntries(moved.map(({ column, text }) => [column, text])) as NextTexts['texts'],
    changes: moved.flatMap(({ column, changes }) => changes.map((change) => ({ column, ...change }))),
    kept: moved.flatMap(({ column, kept }) => kept.map((year) => ({ column, ...year }))),
  };
};

/** A line (the title or the code of a plan) moved on. */
export const nextLine = (text: string, years: { readonly from: number; readonly to: number }): string =>
  movedOn(text, years).text;
