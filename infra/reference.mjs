/**
 * Writes docs/reference from the product itself: `npm run reference`. With --check nothing is written and pages that
 * are not as the product would write them are named (exit code 1). A page more is a line more in PAGES.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { root } from './turns.mjs';

const folder = join(root, 'docs/reference');

/** File name → what makes its text. */
const PAGES = {
  'openapi.json': async () => {
    const { describeApi } = await import('../dist/apps/api/index.js');
    return JSON.stringify(await describeApi(), null, 2);
  },
  'settings.md': async () => {
    const { settings } = await import('../dist/libs/platform/config/index.js');
    const rows = settings.map(({ name, fallback, meaning }) => [code(name), fallback && code(fallback), meaning]);
    return page(
      'Settings',
      'Environment variables and flags of every program, read once and checked at boot; all faults come in one message.',
      table(['Name', 'Default', 'Meaning'], rows),
    );
  },
  'refusals.md': async () => {
    const { ANYWHERE } = await import('../dist/libs/platform/http/index.js');
    const [vi, en, routes] = [sentences('vi'), sentences('en'), await refusalsOfRoutes()];
    const rows = Object.keys(vi)
      .sort()
      .map((name) => {
        const { status = '', at = [] } = routes.get(name) ?? {};
        const where = ANYWHERE.includes(name) ? ['any route'] : at.map(code);
        return [code(name), status, vi[name], en[name] ?? '', where.join('<br>')];
      });
    return page(
      'Refusal codes',
      'The domain says no with one of these codes; an answer over HTTP is problem+json (RFC 9457) with `code`, its ' +
        'Vietnamese sentence as `detail` and, where there is more to say, `details`. Those of `request.invalid` are ' +
        '`faults: [{field, rules, detail}]`: for each field the names of the rules that it breaks, which stay what they ' +
        'are, and what they ask for in a Vietnamese sentence; where there are more than a hundred, `more` counts the others.',
      table(['Code', 'HTTP', 'Vietnamese', 'English', 'Routes that name it'], rows),
    );
  },
  'findings.md': async () => {
    const { FINDINGS } = await import('../dist/libs/platform/diagnosis/index.js');
    const [vi, en] = [messages('vi').findings, messages('en').findings];
    const rows = Object.entries(FINDINGS).map(([name, severity]) => [
      code(name),
      severity,
      `${vi[name].found} **${vi[name].advice}**`,
      `${en[name].found} **${en[name].advice}**`,
    ]);
    return page(
      'Findings of camket doctor',
      'What can be wrong with an installation, and (in bold) what to do about it.',
      table(['Code', 'Severity', 'Vietnamese', 'English'], rows),
    );
  },
  'events.md': async () => {
    const { parts } = await import('../dist/apps/api/index.js');
    const { textDecider } = await import('../dist/libs/platform/texts/index.js');
    const { Upcasting } = await import('../dist/libs/platform/event-store/index.js');
    const upcasting = new Upcasting(parts.flatMap(({ upcasters }) => upcasters ?? []));
    const views = parts.flatMap((part) => part.views ?? []);
    const subjects = [...parts.flatMap(({ deciders }) => deciders ?? []), textDecider];
    const sections = subjects.map(({ category, decide, evolve }) => {
      const rows = Object.keys(evolve).map((type) => [
        code(type),
        String(upcasting.schemaOf(type)),
        views
          .filter(({ on }) => Object.hasOwn(on, type))
          .map(({ name }) => code(name))
          .join(', '),
      ]);
      return [
        `## ${category}`,
        `Stream ${code(`${category}-<uuid>`)}. Commands: ${Object.keys(decide).map(code).join(', ')}.`,
        table(['Event', 'Schema', 'Views that hear it'], rows),
      ].join('\n\n');
    });
    return page('Messages', 'Commands and events of every subject, out of the tables of its rules.', ...sections);
  },
  'views.md': async () => {
    const { parts } = await import('../dist/apps/api/index.js');
    const { schemaOf } = await import('../dist/libs/platform/projector/index.js');
    const { getMetadataArgsStorage } = await import('typeorm');
    const { tables, columns } = getMetadataArgsStorage();
    const sections = parts
      .flatMap((part) => part.views ?? [])
      .map((view) => {
        const rows = view.tables.map((entity) => [
          code(tables.find(({ target }) => target === entity)?.name ?? entity.name),
          columns
            .filter(({ target }) => target === entity)
            .map(({ propertyName, options }) => (options.primary ? `**${propertyName}**` : propertyName))
            .join(', '),
        ]);
        return [
          `## ${view.name}`,
          `Schema ${code(schemaOf(view.name))}, version ${view.version ?? 1}. Hears ${Object.keys(view.on).map(code).join(', ')}.`,
          table(['Table', 'Columns (the key in bold)'], rows),
        ].join('\n\n');
      });
    return page(
      'Views',
      'What is read from: made from the log alone, and again at any time with `camket views rebuild <name>`.',
      ...sections,
    );
  },
  'processes.md': async () => {
    const { parts } = await import('../dist/apps/api/index.js');
    const rows = parts
      .flatMap((part) => part.processes ?? [])
      .map(({ process: { name, begins, on } }) => [
        code(name),
        Object.keys(on).map(code).join(', '),
        begins === 'at-the-beginning' ? 'with the first event' : 'behind what had happened when it was first known',
        code(`system:${name}`),
      ]);
    return page(
      'Processes',
      'What is done by itself because something happened: each event once, never again by a rebuild.',
      table(['Process', 'Hears', 'Begins', 'Acts as'], rows),
    );
  },
  'cli.md': async () => {
    const { commandLine } = await import('../dist/apps/cli/index.js');
    const { after, program } = commandLine();
    const commands = commandsOf(program).filter(({ commands: below }) => below.length === 0);
    const sections = commands.map((command) => {
      const words = command.parent === program ? command.name() : `${command.parent.name()} ${command.name()}`;
      return `## camket ${words}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``;
    });
    return page('The command line', '`npx camket` in the repository.', after.trim(), ...sections);
  },
};

const commandsOf = (command) => [command, ...command.commands.flatMap(commandsOf)];

const helpOf = (command) => {
  command.configureHelp({ ...command.configureHelp(), helpWidth: 100 });
  return command.helpInformation().trim();
};

const code = (text) => `\`${text}\``;

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const page = (title, ...blocks) =>
  [`# ${title}`, '<!-- Generated by `npm run reference`; edits are lost. -->', ...blocks].join('\n\n');

const messages = (language) => JSON.parse(readFileSync(join(root, `apps/web/messages/${language}.json`), 'utf8'));
const sentences = (language) => messages(language).refusals;

/** Code → its status and the routes whose description names it. */
const refusalsOfRoutes = async () => {
  const { paths } = JSON.parse(await PAGES['openapi.json']());
  const found = new Map();
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { responses }] of Object.entries(methods))
      for (const [status, { content }] of Object.entries(responses))
        for (const name of content?.['application/problem+json']?.schema.properties.code.enum ?? []) {
          const known = found.get(name) ?? { status, at: [] };
          known.at.push(`${method.toUpperCase()} ${path.replace('/api/v1', '')}`);
          found.set(name, known);
        }
  return found;
};

const stored = (file) => {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    return undefined;
  }
};

/** Writes what is not fresh, or only looks; answers the names of those pages. */
export const reference = async ({ check = false, only = Object.keys(PAGES) } = {}) => {
  await build();
  mkdirSync(folder, { recursive: true });
  const stale = [];
  for (const file of only) {
    const text = `${(await PAGES[file]()).trim()}\n`;
    if (stored(file) === text) continue;
    stale.push(file);
    if (!check) writeFileSync(join(folder, file), text);
  }
  return stale;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  const check = words.includes('--check');
  const only = words.filter((word) => !word.startsWith('--'));
  const unknown = only.filter((file) => !(file in PAGES));
  if (unknown.length > 0) {
    console.error(`There is no page ${unknown.join(', ')}; there are ${Object.keys(PAGES).join(', ')}.`);
    process.exit(2);
  }
  const stale = await reference({ check, ...(only.length > 0 ? { only } : {}) });
  for (const file of stale) console.log(`${check ? 'stale' : 'written'}: docs/reference/${file}`);
  if (check && stale.length > 0) console.error('Run npm run reference and check in what it writes.');
  process.exit(check && stale.length > 0 ? 1 : 0);
}
