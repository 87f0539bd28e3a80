import { extname } from 'node:path';
import { annexFormats, PlanExports, type AnnexFormat } from '#modules/plan';
import { EXIT, Misused, type Exit } from './answer.js';
import type { Context } from './context.js';
import { sizeOf, written } from './output.js';
import { say } from './terminal.js';

/** What `camket plan export` is told beside the plan and the file. */
export type ExportOptions = { readonly format?: AnnexFormat; readonly on?: string; readonly force?: boolean };

const formatOf = (path: string): AnnexFormat => {
  const found = annexFormats.find((format) => extname(path).toLowerCase() === `.${format}`);
  if (!found)
    throw new Misused(`The name of the file does not say its format; say --format <${annexFormats.join('|')}>.`);
  return found;
};

/** Writes the annex of a plan to a file. */
export const exportPlan = async (
  context: Context,
  plan: string,
  path: string,
  { format = formatOf(path), on, force = false }: ExportOptions,
): Promise<Exit> => {
  await context.caughtUp(['plans']);
  const { bytes, rows } = await context.get(PlanExports).write(plan, format, on);
  await written(path, bytes, force);
  await say(`${path}: ${rows} rows, ${sizeOf(bytes)}.`);
  return EXIT.done;
};
