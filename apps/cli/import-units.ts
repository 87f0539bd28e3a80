import { basename } from 'node:path';
import { UnitsImports } from '#modules/organization';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { contentOf } from './input.js';
import { say } from './terminal.js';
import { said } from '#platform/wording';

/** What `camket units import` is told beside the file. */
export type UnitsOptions = {
  readonly on?: string;
  readonly decided?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly as?: string;
};

/** Founds the units of a list, or shows what it would found. */
export const importUnits = async (context: Context, path: string, options: UnitsOptions): Promise<Exit> => {
  const bytes = await contentOf(path);
  const sender = await context.sender(options.as, 'administer');
  const imports = context.get(UnitsImports);
  const named = { file: basename(path), on: options.on, decided: options.decided };
  const looked = await imports.look(bytes, named);
  if (options.dryRun || looked.faults.length > 0) {
    const { file, summary, faults } = looked;
    const words = `${file}: ${summary.rows} units (${summary.new} new, ${summary.known} known), ${summary.faults} faults.`;
    const lines = faults.map(
      ({ row, column, code, text, suggestion }) =>
        `  row ${row}, ${column}: ${said(`importFaults.${code.split('.').at(-1)}`)} ${text}`.trimEnd() +
        (suggestion ? ` → ${suggestion}?` : ''),
    );
    await say(options.json ? looked : [words, ...lines].join('\n'));
    return faults.length > 0 ? EXIT.refused : EXIT.done;
  }
  const taken = await imports.take(bytes, named, sender.actor);
  const { rows, receipt } = await imports.confirm(taken.id, sender);
  await context.seen(receipt.position, ['units']);
  const { confirmed } = await imports.preview(taken.id);
  await say(
    options.json ? { ...taken, confirmed, receipt } : `${rows} units founded, ${taken.summary.known} were there.`,
  );
  return EXIT.done;
};
