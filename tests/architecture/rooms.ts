import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The rooms of a module; a new one is a row in the architecture's table, a rule in the import law and an ADR. */
export const ROOMS = [
  'events',
  'decider',
  'rule',
  'facts',
  'handler',
  'view',
  'judgement',
  'query',
  'process',
  'job',
  'table',
  'format',
  'controller',
  'module',
] as const;

const kebab = '[a-z0-9]+(?:-[a-z0-9]+)*';
const roomed = new RegExp(`^${kebab}\\.(?:${ROOMS.join('|')})(?:\\.(?:unit|int|e2e)\\.spec)?\\.ts$`);
const moduleSpec = new RegExp(`^${kebab}\\.(?:unit|int|e2e)\\.spec\\.ts$`);
const hiding = /(?:^|[./-])(?:service|manager|helper|util|common|shared)s?(?=[./-]|$)/i;

/** Why this path (from the top of the repository) has no place in the tree; undefined when it has one. */
export const misplaced = (path: string): string | undefined => {
  const hidden = hiding.exec(path.replace(/([a-z])([A-Z])/g, '$1-$2'));
  if (hidden) return `"${hidden[0].replace(/^[./-]/, '')}" hides a missing room`;
  if (!path.startsWith('libs/modules/')) return undefined;
  const [module, file, ...deeper] = path.split('/').slice(2);
  if (!module || !file) return 'a file of no module';
  if (!new RegExp(`^${kebab}$`).test(module)) return 'a module has a name in kebab-case';
  if (deeper.length > 0) return 'a module is one flat folder';
  if (file === 'index.ts' || file === 'README.md') return undefined;
  return roomed.test(file) || moduleSpec.test(file) ? undefined : 'its suffix is no room';
};

/** The files below a folder, as paths from `root`, without what is installed, built or generated. */
export const filesBelow = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (['node_modules', 'dist', 'outlaws'].includes(entry.name)) return [];
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
