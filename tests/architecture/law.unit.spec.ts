import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { filesBelow, misplaced, ROOMS } from './rooms.js';

const root = process.cwd();
const outlaws = join(root, 'tests/architecture/outlaws');
const require = createRequire(join(root, 'package.json'));

/** What the checker prints, whatever it thinks of the tree. */
const judged = (program: string, args: string[], cwd: string): Promise<string> =>
  new Promise((done, fail) => {
    execFile(process.execPath, [program, ...args], { cwd, maxBuffer: 1e9 }, (error, stdout, stderr) =>
      stdout.startsWith('{') || stdout.startsWith('[')
        ? done(stdout)
        : fail(new Error(`${program} does not judge:\n${stdout}${stderr}`, { cause: error })),
    );
  });

type Cruise = {
  modules: { source: string; dependencies: { module: string; rules?: { name: string }[] }[] }[];
  summary: { ruleSetUsed: { forbidden: { name: string }[] } };
};

const binOf = (name: string, file: string): string => {
  for (const folder of require.resolve.paths(name) ?? [])
    if (existsSync(join(folder, name, file))) return join(folder, name, file);
  throw new Error(`${name} is not installed`);
};

const cruise = async (cwd: string, folders: string[]): Promise<Cruise> => {
  const config = join(root, '.dependency-cruiser.cjs');
  const args = ['--config', config, '--output-type', 'json', ...folders];
  return JSON.parse(await judged(binOf('dependency-cruiser', 'bin/dependency-cruise.mjs'), args, cwd)) as Cruise;
};

const importsRefused = (found: Cruise): string[] =>
  found.modules.flatMap(({ source, dependencies }) =>
    dependencies.flatMap(({ module, rules = [] }) => rules.map(({ name }) => `${source} → ${module}: ${name}`)),
  );

type Linted = { diagnostics: { filename: string; code: string; labels: { span: { line: number } }[] }[] };

const linesRefused = async (): Promise<string[]> => {
  const { diagnostics } = JSON.parse(
    await judged(binOf('oxlint', 'bin/oxlint'), ['-c', 'oxlint.json', '-f', 'json'], outlaws),
  ) as Linted;
  return diagnostics.map(({ filename, code, labels }) => `${filename}:${labels[0]?.span.line}: ${code}`);
};

/** The lines of the outlaws' tree that say which rules they break. */
const confessions = filesBelow(outlaws, '.')
  .filter((path) => /\.tsx?$/.test(path))
  .flatMap((path) =>
    readFileSync(join(outlaws, path), 'utf8')
      .split('\n')
      .flatMap((text, index) => {
        const [, names = ''] = /\/\/ breaks: (.+)$/.exec(text) ?? [];
        const [, module] = /(?:import|from) '(?:node:)?([^']+)'/.exec(text) ?? [];
        return names
          .split(', ')
          .filter(Boolean)
          .map((rule) => ({ path: path.replace(/^\.\//, ''), line: index + 1, module, rule }));
      }),
  );

/** The graph's rules name an import, oxlint's a line; circles are looked for in one corner, or all would be in one. */
const isCircle = (text: string): boolean => text.endsWith('no-circles-at-run-time');

describe('the import law', () => {
  let found: Cruise;
  beforeAll(async () => {
    found = await cruise(outlaws, ['apps', 'libs', 'tests']);
  });
  const confessed = (rules: Set<string>): string[] =>
    confessions.filter(({ rule }) => rules.has(rule)).map(({ path, module, rule }) => `${path} → ${module}: ${rule}`);
  const named = (): Set<string> => new Set(found.summary.ruleSetUsed.forbidden.map(({ name }) => name));

  it('has an outlaw for every rule', () => {
    const broken = new Set(confessions.map(({ rule }) => rule));
    expect([...named()].filter((name) => !broken.has(name))).toEqual([]);
  });

  it('catches every outlaw and nobody else', () => {
    const corner = (text: string): boolean => !isCircle(text) || text.startsWith('apps/worker/');
    expect(importsRefused(found).filter(corner).sort()).toEqual(confessed(named()).sort());
  });

  it('follows the short names of package.json into the sources', async () => {
    const tree = await cruise(root, ['libs/platform/event-store']);
    const kernel = tree.modules.find(({ source }) => source === 'libs/kernel/index.ts');
    expect(kernel).toBeDefined();
  });
});

describe('the law of a line', () => {
  const confessed = confessions.filter(({ rule }) => /^(law|typescript)\(/.test(rule));

  it('has an outlaw for every rule of our own', async () => {
    const { default: law } = (await import(join(root, 'infra/law.mjs'))) as { default: { rules: object } };
    const broken = new Set(confessed.map(({ rule }) => rule));
    expect(Object.keys(law.rules).filter((name) => !broken.has(`law(${name})`))).toEqual([]);
  });

  it('catches every outlaw and nobody else', async () => {
    const expected = confessed.map(({ path, line, rule }) => `${path}:${line}: ${rule}`);
    expect((await linesRefused()).sort()).toEqual(expected.sort());
  });
});

describe('the rooms', () => {
  it.each([
    ['libs/modules/plan/plan.service.ts', 'hides'],
    ['libs/modules/plan/PlanHelper.ts', 'hides'],
    ['libs/platform/common/index.ts', 'hides'],
    ['libs/platform/http/date-utils.ts', 'hides'],
    ['apps/api/shared/words.ts', 'hides'],
    ['libs/modules/plan/plan.dto.ts', 'no room'],
    ['libs/modules/plan/plan.ts', 'no room'],
    ['libs/modules/plan/planBoard.view.ts', 'no room'],
    ['libs/modules/plan/plan.spec.ts', 'no room'],
    ['libs/modules/plan/rows/row.events.ts', 'flat'],
    ['libs/modules/stray.ts', 'no module'],
  ])('refuse %s', (path, reason) => expect(misplaced(path)).toContain(reason));

  it.each([
    'libs/modules/plan/plan-board.view.ts',
    'libs/modules/plan/plan-board.view.int.spec.ts',
    'libs/modules/task/task.int.spec.ts',
    'libs/modules/plan/index.ts',
    'libs/modules/plan/README.md',
    'libs/modules/coordination/when-day-began-remind.process.ts',
    'libs/platform/event-store/postgres-event-store.ts',
  ])('take in %s', (path) => expect(misplaced(path)).toBeUndefined());

  it('hold every file of the tree', () => {
    const files = ['apps', 'libs', 'infra', 'tests'].flatMap((folder) => filesBelow(root, folder));
    expect(files.map((path) => [path, misplaced(path)]).filter(([, why]) => why)).toEqual([]);
  });

  it('are the rooms that the import law knows', () => {
    const law = readFileSync(join(root, '.dependency-cruiser.cjs'), 'utf8');
    const rooms = [...law.matchAll(/room\('([a-z|]+)'\)/g)].flatMap(([, names = '']) => names.split('|'));
    expect(new Set(rooms)).toEqual(new Set(ROOMS));
  });
});
