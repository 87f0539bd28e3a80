/**
 * Who may import whom. A file's suffix is its room; every row of the table in docs/explanation/architecture.md is one
 * rule here, and tests/architecture shows that each rule still catches its outlaw.
 */

const kernel = '^libs/kernel/';
const platform = '^libs/platform/';
const npm = 'node_modules/';
const node = '^[a-z_/:]+$';
const faces = '^libs/modules/(?!$1/)[^/]+/index[.]ts$';
const own = (...rooms) => `^libs/modules/$1/[^/]+[.](${rooms.join('|')})[.]ts$`;
const insides = '^libs/modules/[^/]+/(?!index[.]ts$)';

const specs = '[.]spec[.]tsx?$';
const tree = (path) => ({ path, pathNot: specs });
const room = (rooms) => ({ path: `^libs/modules/([^/]+)/[^/]+[.](?:${rooms})[.]ts$` });

const may = (name, comment, from, ...allowed) => ({
  name,
  comment,
  severity: 'error',
  from,
  to: { pathNot: allowed },
});
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    may(
      'kernel-stands-alone',
      'Every room reads the vocabulary; whatever it imported, every rule would depend on.',
      tree('^libs/kernel/'),
      kernel,
    ),
    never(
      'platform-knows-no-business',
      'The outside world is the same for every subject: modules and programs use it, it never uses them.',
      tree('^libs/platform/'),
      { path: '^(apps/|libs/(?!kernel/|platform/))' },
    ),
    may(
      'events-know-the-vocabulary-only',
      'Events are stored for ever; their shape may not move because something else moved.',
      room('events'),
      kernel,
    ),
    may(
      'deciders-are-pure',
      'A rule is a function of state, data and context; what it needs from elsewhere comes in as a fact.',
      room('decider'),
      kernel,
      own('events', 'rule'),
    ),
    may(
      'rules-are-pure',
      'A rule that deciders share is as pure as they are and knows no subject of its own.',
      room('rule'),
      kernel,
    ),
    may(
      'facts-ask-questions',
      'Facts come from queries, so that tables can change without asking the rules.',
      room('facts'),
      kernel,
      platform,
      npm,
      faces,
      own('query', 'decider', 'events', 'process'),
    ),
    may(
      'handlers-are-doors',
      'A handler joins one decider and its facts to the bus; anything more would be a rule outside its room.',
      room('handler'),
      kernel,
      platform,
      npm,
      own('decider', 'facts'),
    ),
    may(
      'views-follow-from-events',
      'A view is rebuilt from the log alone; what it read elsewhere would not be the same then.',
      room('view'),
      kernel,
      platform,
      npm,
      faces,
      own('events', 'judgement'),
    ),
    may(
      'judgements-are-pure',
      'What follows from the facts of a view follows from nothing else: a rebuild has only them.',
      room('judgement'),
      kernel,
    ),
    may(
      'queries-read-their-own-tables',
      'Who reads a table must change with it, so only its own module does.',
      room('query'),
      kernel,
      platform,
      npm,
      own('view', 'table', 'query', 'events', 'judgement'),
    ),
    may(
      'processes-hear-and-send',
      'A process turns events into commands; whether they are allowed is decided where they arrive.',
      room('process'),
      kernel,
      platform,
      npm,
      faces,
    ),
    may(
      'jobs-ask-and-send',
      'What a schedule starts goes through a command like everything else.',
      room('job'),
      kernel,
      platform,
      npm,
      node,
      own('query', 'handler', 'decider'),
    ),
    may(
      'tables-are-ordinary',
      'Ordinary rows may be changed and erased, history may not; they never meet.',
      room('table'),
      kernel,
      platform,
      npm,
      own('table'),
    ),
    may(
      'formats-know-files-only',
      'A file format is read and written without the product around it, so that a file is enough to try it. How any spreadsheet is read stands once, in platform/sheets.',
      room('format'),
      kernel,
      '^libs/platform/sheets/',
      npm,
      node,
      own('rule', 'format'),
    ),
    may(
      'controllers-speak-http',
      'A controller checks the form of a request and hands it on; rows of views and rules are behind a query or the bus.',
      room('controller'),
      kernel,
      platform,
      npm,
      node,
      faces,
      own('handler', 'query', 'table', 'format', 'controller', 'decider', 'events'),
    ),
    never(
      'rules-run-behind-the-bus',
      'Only the handler runs a decider; others know its commands by type, else they would pass by the log.',
      room('facts|job|controller'),
      { path: own('decider'), dependencyTypesNot: ['type-only'] },
    ),
    never(
      'history-is-known-by-its-words',
      'Who asks or answers may name the shape of what was stored; what is made of it is made by rules and views.',
      room('facts|query|controller'),
      { path: own('events'), dependencyTypesNot: ['type-only'] },
    ),
    may(
      'modules-wire-their-own',
      'The wiring of a module names its own parts and the faces of others.',
      room('module'),
      kernel,
      platform,
      npm,
      node,
      faces,
      '^libs/modules/$1/',
    ),
    may(
      'a-face-shows-its-own',
      'What another module shows is imported from there, not handed on.',
      { path: '^libs/modules/([^/]+)/index[.]ts$' },
      '^libs/modules/$1/',
    ),
    never(
      'the-loader-uses-what-everybody-may',
      'The demonstration year comes about by public commands, or it would show what the product cannot do.',
      tree('^libs/demonstration/'),
      { path: ['^(apps|libs/contracts)/', insides] },
    ),
    may(
      'contracts-stand-alone',
      'The browser carries the generated contracts; they may not bring the server along.',
      tree('^libs/contracts/'),
      '^libs/contracts/',
      npm,
    ),
    never(
      'programs-assemble-faces',
      'A program puts modules together by their faces; an inside that it used could not change any more.',
      tree('^apps/(?!web/)([^/]+)/'),
      { path: [insides, '^apps/(?!$1/)[^/]+/(?!index[.]ts$)'] },
    ),
    never(
      'the-browser-knows-contracts-only',
      'The browser app learns of the server from the generated contracts alone.',
      tree('^apps/web/'),
      { path: '^(apps/(?!web/)|libs/(?!contracts/))' },
    ),
    never(
      'nothing-rests-on-tests',
      'What the product is made of may not need its tests.',
      tree('^(apps|libs|infra)/'),
      { path: '^tests/' },
    ),
    never(
      'nothing-imports-a-spec',
      'A spec is read by people and run by Jest; what two specs share stands in tests/support.',
      { path: '.' },
      { path: specs },
    ),
    never(
      'no-circles-at-run-time',
      'Modules that load each other see halves of each other; a circle of types alone is harmless.',
      { path: '.' },
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    never(
      'every-import-leads-somewhere',
      'A law that cannot follow an import does not hold for it.',
      { path: '.' },
      { couldNotResolve: true, pathNot: '[.][.]/dist/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^apps/web/dist/', '^tests/architecture/outlaws/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'types', 'import', 'node', 'require', 'default'],
    },
  },
};
