import { dayInWords } from '#kernel';
import { Reorganisations, type ReorganisationPreview } from '#modules/organization';
import { EXIT, Refused, type Exit } from './answer.js';
import type { Context } from './context.js';
import { contentOf } from './input.js';
import { say } from './terminal.js';

/** What `camket units reorganise` is told beside the file. */
export type ReorganiseOptions = { readonly dryRun?: boolean; readonly json?: boolean; readonly as?: string };

/** Records a document that reorganises units, or shows what it would change. */
export const reorganiseUnits = async (context: Context, path: string, options: ReorganiseOptions): Promise<Exit> => {
  const written = jsonIn(path, await contentOf(path));
  const sender = await context.sender(options.as, 'administer');
  await context.caughtUp();
  const reorganisations = context.get(Reorganisations);
  const body = await reorganisations.read(written);
  const preview = await reorganisations.preview(body, sender);
  if (options.dryRun) {
    await say(options.json ? preview : inWords(preview));
    return EXIT.done;
  }
  const made = await reorganisations.decide(body, sender);
  await context.seen(made.position, ['units', 'posts', 'reorganisations']);
  const { founded, ended } = preview;
  const running = ended.reduce((sum, each) => sum + each.running.count, 0);
  const words = [`Recorded as ${made.reorganisation}: ${founded.length} units founded, ${ended.length} ended.`];
  if (running > 0)
    words.push(`${running} obligations of the units that end wait for somebody to transfer or end them.`);
  await say(options.json ? made : words.join('\n'));
  return EXIT.done;
};

const jsonIn = (path: string, content: Buffer): unknown => {
  try {
    return JSON.parse(content.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Refused(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
};

type Shown = { readonly code: string; readonly name: string };
const named = ({ code, name }: Shown): string => `${code} ${name}`;
const listed = (units: readonly Shown[]): string => units.map(named).join(', ');

const inWords = (preview: ReorganisationPreview): string => {
  const { document, on, founded, ended, renamed, moved, functions } = preview;
  const part = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
  return [
    `${document.kind} ${document.number} (${dayInWords(document.date)}), in operation from ${dayInWords(on)}.`,
    ...part(
      'founded',
      founded.map((unit) => `${named(unit)}, below ${named(unit.parent)}`),
    ),
    ...part(
      'ended',
      ended.map(({ unit, successors, posts, running }) => {
        const held = posts.filter(({ holder }) => holder !== null).length;
        return [
          successors.length === 0 ? `${named(unit)}, without a successor` : `${named(unit)} → ${listed(successors)}`,
          ...(held > 0 ? [`${held} posts become vacant`] : []),
          ...(running.count > 0 ? [`${running.count} obligations open`] : []),
        ].join('; ');
      }),
    ),
    ...part(
      'renamed',
      renamed.map(({ before, after }) => `${named(before)} → ${named(after)}`),
    ),
    ...part(
      'moved',
      moved.map(({ unit, before, after }) => `${named(unit)}: ${before ? named(before) : ''} → ${named(after)}`),
    ),
    ...part(
      'functions',
      functions.map(({ function: what, from, to }) => `${what}: ${named(from)} → ${named(to)}`),
    ),
  ].join('\n');
};
