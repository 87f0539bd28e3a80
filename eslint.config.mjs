/**
 * What the import graph cannot see: purity inside a room, promises nobody waits for, and the one reader of the
 * environment. `tests/architecture` shows that each rule still catches its outlaw.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const syntax = (message, ...selectors) => selectors.map((selector) => ({ selector, message }));

const clock = syntax(
  'Time comes in from outside: the context of a rule, the envelope of an event. A rebuild must give the same.',
  'NewExpression[callee.name="Date"][arguments.length=0]',
  'CallExpression[callee.name="Date"]',
  'MemberExpression[object.name="Date"][property.name="now"]',
  'Identifier[name=/^(performance|setTimeout|setInterval|setImmediate|queueMicrotask)$/]',
  'ImportDeclaration[source.value=/^(node:)?(timers|perf_hooks)/]',
);

const chance = syntax(
  'The same input gives the same output: ids are made from the command or the event, never drawn.',
  'MemberExpression[object.name="Math"][property.name="random"]',
  'Identifier[name="crypto"]',
  'ImportDeclaration[source.value=/^(node:)?crypto$/]',
  'ImportSpecifier[imported.name=/^(randomUUID|v1|v4|v6|v7)$/]',
);

const host = syntax(
  'What a rule says may not depend on the machine it runs on.',
  'Identifier[name=/^(process|globalThis|global|console|fetch|Intl)$/]',
  'MemberExpression[property.name=/^(toLocale.*|localeCompare)$/]',
);

const waiting = syntax(
  'Rules are synchronous; what must be waited for is read before they run.',
  ':function[async=true]',
  'AwaitExpression',
  'Identifier[name="Promise"]',
);

const environment = syntax(
  'The environment is read in libs/platform/config alone, checked once at boot.',
  'MemberExpression[object.name="process"][property.name="env"]',
  'MemberExpression[object.name="process"][property.value="env"]',
  'VariableDeclarator[init.name="process"] Property[key.name="env"]',
  'ImportDeclaration[source.value=/^(node:)?process$/]',
);

const names = syntax(
  'Service, Manager, Helper and Util each hide a missing room: name what it is.',
  'ClassDeclaration[id.name=/(Service|Manager|Helper|Util|Utils)$/]',
);

const restrict = (...lists) => ({ 'no-restricted-syntax': ['error', ...lists.flat()] });

/** The law for a tree of that root; the outlaws in tests/architecture are judged by the same. */
export const law = (root) =>
  defineConfig(
    {
      files: ['**/*.{ts,tsx}'],
      extends: [tseslint.configs.recommendedTypeChecked],
      languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
      linterOptions: { reportUnusedDisableDirectives: 'error' },
      rules: {
        '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
        '@typescript-eslint/no-floating-promises': 'error',
        '@typescript-eslint/switch-exhaustiveness-check': 'error',
        '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
        // A port's method answers a promise whether or not this adapter has to wait.
        '@typescript-eslint/require-await': 'off',
        eqeqeq: 'error',
        ...restrict(environment, names),
      },
    },
    { files: ['**/*.{js,mjs,cjs}'], extends: [tseslint.configs.recommended] },
    {
      // Answers of the system under test are JSON of any shape; `expect` is what checks them.
      files: ['tests/**/*.ts', '**/*.spec.{ts,tsx}'],
      rules: Object.fromEntries(
        ['assignment', 'member-access', 'argument', 'call', 'return'].map((what) => [
          `@typescript-eslint/no-unsafe-${what}`,
          'off',
        ]),
      ),
    },
    { files: ['tests/**', 'infra/**', 'libs/platform/config/**'], rules: restrict(names) },
    {
      files: ['libs/modules/**/*.{view,process}.ts'],
      rules: restrict(environment, names, clock, chance),
    },
    {
      files: ['libs/kernel/**/*.ts', 'libs/modules/**/*.{events,decider,rule,judgement}.ts'],
      rules: restrict(environment, names, clock, chance, host, waiting),
    },
  );

const root = dirname(fileURLToPath(import.meta.url));

export default defineConfig(
  globalIgnores([
    '**/node_modules/',
    '**/dist/',
    'coverage/',
    '.camket/',
    'apps/web/vite.config.ts',
    'libs/contracts/',
    'tests/architecture/outlaws/',
  ]),
  law(root),
);
