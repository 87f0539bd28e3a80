/**
 * The law of a line that no library has a rule for, for oxlint (`.oxlintrc.json` says where each holds): purity inside
 * a room, the one reader of the environment, telling names. `tests/architecture` shows that each still catches its
 * outlaw. A rule is what it says and what it looks for, in the selectors of ESLint, which oxlint knows too.
 */
const rules = {
  'no-clock': [
    'Time comes in from outside: the context of a rule, the envelope of an event. A rebuild must give the same.',
    'NewExpression[callee.name="Date"][arguments.length=0]',
    'CallExpression[callee.name="Date"]',
    'MemberExpression[object.name="Date"][property.name="now"]',
    'Identifier[name=/^(performance|setTimeout|setInterval|setImmediate|queueMicrotask)$/]',
    'ImportDeclaration[source.value=/^(node:)?(timers|perf_hooks)/]',
  ],
  'no-chance': [
    'The same input gives the same output: ids are made from the command or the event, never drawn.',
    'MemberExpression[object.name="Math"][property.name="random"]',
    'Identifier[name="crypto"]',
    'ImportDeclaration[source.value=/^(node:)?crypto$/]',
    'ImportSpecifier[imported.name=/^(randomUUID|v1|v4|v6|v7)$/]',
  ],
  'no-host': [
    'What a rule says may not depend on the machine it runs on.',
    'Identifier[name=/^(process|globalThis|global|console|fetch|Intl)$/]',
    'MemberExpression[property.name=/^(toLocale.*|localeCompare)$/]',
  ],
  'no-waiting': [
    'Rules are synchronous; what must be waited for is read before they run.',
    ':function[async=true]',
    'AwaitExpression',
    'Identifier[name="Promise"]',
  ],
  'no-environment': [
    'The environment is read in libs/platform/config alone, checked once at boot.',
    'MemberExpression[object.name="process"][property.name="env"]',
    'MemberExpression[object.name="process"][property.value="env"]',
    'VariableDeclarator[init.name="process"] Property[key.name="env"]',
    'ImportDeclaration[source.value=/^(node:)?process$/]',
  ],
  'telling-names': [
    'Service, Manager, Helper and Util each hide a missing room: name what it is.',
    'ClassDeclaration[id.name=/(Service|Manager|Helper|Util|Utils)$/]',
  ],
};

const rule = ([message, ...selectors]) => ({
  create: (context) =>
    Object.fromEntries(selectors.map((selector) => [selector, (node) => context.report({ node, message })])),
});

export default {
  meta: { name: 'law' },
  rules: Object.fromEntries(Object.entries(rules).map(([name, law]) => [name, rule(law)])),
};
