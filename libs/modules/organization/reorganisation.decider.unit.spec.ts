import { eventsOf, type Day } from '#kernel';
import { rulesOf } from '../../../tests/support/rules.js';
import { KINDS } from './kind.rule.js';
import {
  EVENTS_PER_REORGANISATION,
  organization,
  type NewUnit,
  type OrganizationCommands,
  type WishedChange,
} from './organization.decider.js';
import type { OrganizationEvents, UnitChange } from './organization.events.js';

const event = eventsOf<OrganizationEvents>();
const { given } = rulesOf(organization, { today: '2025-02-20', facts: { missingFiles: [] } });

const START: Day = '2004-01-01';
const DECIDED: Day = '2025-02-18';
const ON: Day = '2025-03-01';
const document = { kind: 'Nghị quyết', number: '393/NQ-HĐND', date: DECIDED };
const basis = { decided: DECIDED, document, reorganisation: 'r1' };

const kinds = KINDS.map(({ kind, names, from, until }) =>
  event('KindDefined', { kind, names: [...names], ...(until ? { until } : {}) }, from),
);
const naming = (code: string, name: string, kind = 'department') => ({ code, name, kind, aliases: [] as string[] });
const founded = (unit: string, name: string, parent: string | null = 'tinh', code = unit.toUpperCase(), on = START) =>
  event(
    'UnitFounded',
    { unit, ...naming(code, name, parent === null ? 'province' : 'department'), parent, decided: on },
    on,
  );
const tree = [
  ...kinds,
  founded('tinh', 'Ủy ban nhân dân tỉnh', null),
  founded('xd', 'Sở Xây dựng'),
  founded('gt', 'Sở Giao thông vận tải'),
  founded('nv', 'Sở Nội vụ'),
  founded('bdt', 'Ban Dân tộc'),
];
const found = (unit: string, code: string, name: string, more: Partial<NewUnit> = {}): WishedChange => ({
  act: 'found',
  unit,
  ...naming(code, name),
  parent: 'tinh',
  ...more,
});
const merge = (into: string, ...units: string[]): WishedChange => ({ act: 'merge', units, into });
const wish = (
  changes: WishedChange[],
  more: Partial<OrganizationCommands['Reorganise']> = {},
): OrganizationCommands['Reorganise'] => ({
  reorganisation: 'r1',
  on: ON,
  decided: DECIDED,
  document,
  changes,
  ...more,
});
const typesOf = (...changes: WishedChange[]) =>
  given(...tree)
    .when('Reorganise', wish(changes))
    .events()
    .map(({ type }) => type);

describe('a reorganisation', () => {
  it('ends units and founds one with name and code of one of them, in one append', () =>
    given(...tree)
      .when('Reorganise', wish([merge('xd2', 'xd', 'gt'), found('xd2', 'XD', 'Sở Xây dựng')]))
      .then(
        event(
          'ReorganisationDecided',
          {
            reorganisation: 'r1',
            decided: DECIDED,
            document,
            changes: [
              { act: 'merge', units: ['xd', 'gt'], into: 'xd2' },
              { act: 'found', unit: 'xd2' },
            ],
          },
          ON,
        ),
        event('UnitDissolved', { unit: 'xd', successors: ['xd2'], ...basis }, ON),
        event('UnitDissolved', { unit: 'gt', successors: ['xd2'], ...basis }, ON),
        event('UnitFounded', { unit: 'xd2', ...naming('XD', 'Sở Xây dựng'), parent: 'tinh', ...basis }, ON),
      ));

  it('merges units into one that stays', () =>
    expect(typesOf(merge('xd', 'gt'))).toEqual(['ReorganisationDecided', 'UnitDissolved']));

  it('divides a unit that ends, or parts one off from a unit that stays', () => {
    const parts = [found('a', 'A', 'Sở A'), found('b', 'B', 'Sở B')];
    const [told, , , ended] = given(...tree)
      .when('Reorganise', wish([...parts, { act: 'split', unit: 'nv', into: ['a', 'b'] }]))
      .events();
    expect(told?.type).toBe('ReorganisationDecided');
    expect(ended).toEqual(event('UnitDissolved', { unit: 'nv', successors: ['a', 'b'], ...basis }, ON));
    expect(typesOf(found('a', 'A', 'Sở A'), { act: 'split', unit: 'nv', into: ['nv', 'a'] })).toEqual([
      'ReorganisationDecided',
      'UnitFounded',
    ]);
  });

  it('moves a function away from a unit that stays, or that ends with it', () => {
    const religion = 'Quản lý nhà nước về tín ngưỡng, tôn giáo';
    const moved = event('FunctionMoved', { from: 'nv', to: 'bdt', function: religion, ...basis }, ON);
    const change: WishedChange = { act: 'move-function', from: 'nv', to: 'bdt', function: ` ${religion} ` };
    const [told, only] = given(...tree)
      .when('Reorganise', wish([change]))
      .events();
    expect(only).toEqual(moved);
    expect(told?.data).toMatchObject({ changes: [{ ...change, function: religion }] });
    const [, , , also] = given(...tree)
      .when('Reorganise', wish([found('nv2', 'NV', 'Sở Nội vụ'), merge('nv2', 'nv'), change]))
      .events();
    expect(also).toEqual(moved);
  });

  it('renames and moves units, with those below them', () => {
    const section = founded('p1', 'Phòng Quy hoạch', 'xd');
    const [, ...events] = given(...tree, section)
      .when(
        'Reorganise',
        wish([
          merge('xd2', 'xd', 'gt'),
          { act: 'move', unit: 'p1', parent: 'xd2' },
          { act: 'rename', unit: 'p1', name: 'Phòng Quy hoạch - Kiến trúc' },
          found('xd2', 'XD', 'Sở Xây dựng'),
        ]),
      )
      .events();
    expect(events).toEqual([
      event('UnitDissolved', { unit: 'xd', successors: ['xd2'], ...basis }, ON),
      event('UnitDissolved', { unit: 'gt', successors: ['xd2'], ...basis }, ON),
      event('UnitMoved', { unit: 'p1', parent: 'xd2', ...basis }, ON),
      event('UnitRenamed', { unit: 'p1', ...naming('P1', 'Phòng Quy hoạch - Kiến trúc'), ...basis }, ON),
      event('UnitFounded', { unit: 'xd2', ...naming('XD', 'Sở Xây dựng'), parent: 'tinh', ...basis }, ON),
    ]);
  });

  it('lets two units exchange their codes', () =>
    expect(typesOf({ act: 'rename', unit: 'xd', code: 'GT' }, { act: 'rename', unit: 'gt', code: 'XD' })).toEqual([
      'ReorganisationDecided',
      'UnitRenamed',
      'UnitRenamed',
    ]));

  it('vacates the posts of units that end, also those that somebody was to hold later', () => {
    const post = (id: string, unit: string, title: string) =>
      event('PostEstablished', { post: id, unit, title, head: false }, START);
    const events = given(
      ...tree,
      post('p1', 'gt', 'Giám đốc'),
      post('p2', 'gt', 'Phó Giám đốc'),
      post('p3', 'gt', 'Chánh Văn phòng'),
      post('p4', 'xd', 'Giám đốc'),
      event('PostFilled', { post: 'p1', holder: 'an' }, '2020-01-01'),
      event('PostFilled', { post: 'p2', holder: 'binh' }, '2025-04-01'),
      event('PostFilled', { post: 'p4', holder: 'chi' }, '2020-01-01'),
    )
      .when('Reorganise', wish([merge('xd', 'gt')]))
      .events();
    expect(events.slice(2)).toEqual([
      event('PostVacated', { post: 'p1', holder: 'an', document, reorganisation: 'r1' }, ON),
      event('PostVacated', { post: 'p2', holder: 'binh', document, reorganisation: 'r1' }, '2025-04-01'),
    ]);
  });

  it.each<[string, WishedChange[], string, object?]>([
    ['without a change', [], 'reorganisation-empty'],
    ['that merges a unit into itself', [merge('xd', 'xd', 'gt')], 'merged-into-itself'],
    ['that ends a unit twice', [merge('xd', 'gt'), merge('nv', 'gt')], 'ended-twice', { change: 1, unit: 'gt' }],
    ['that renames what it ends', [merge('xd', 'gt'), { act: 'rename', unit: 'gt', name: 'X' }], 'changed-twice'],
    [
      'that names a unit twice',
      [
        { act: 'rename', unit: 'gt', name: 'X' },
        { act: 'rename', unit: 'gt', name: 'Y' },
      ],
      'changed-twice',
    ],
    ['that moves what it founds', [found('a', 'A', 'A'), { act: 'move', unit: 'a', parent: 'xd' }], 'changed-twice'],
    ['that founds one unit twice', [found('a', 'A', 'A'), found('a', 'B', 'B')], 'changed-twice'],
    ['into a unit that it ends', [merge('xd', 'gt'), merge('nv', 'xd')], 'successor-not-operating', { unit: 'xd' }],
    ['into a unit that nobody founded', [merge('nowhere', 'gt')], 'unit-absent'],
    ['of a unit that nobody founded', [merge('xd', 'nowhere')], 'unit-absent'],
    ['that ends the root', [merge('xd', 'tinh')], 'root-stays'],
    ['that moves the root', [{ act: 'move', unit: 'tinh', parent: 'xd' }], 'root-stays'],
    ['that founds another root', [found('a', 'A', 'A', { parent: null })], 'root-exists'],
    [
      'that puts two units above each other',
      [
        { act: 'move', unit: 'xd', parent: 'gt' },
        { act: 'move', unit: 'gt', parent: 'xd' },
      ],
      'cycle',
    ],
    ['that founds a circle', [found('a', 'A', 'A', { parent: 'b' }), found('b', 'B', 'B', { parent: 'a' })], 'cycle'],
    ['with the code of a unit that stays', [found('a', 'XD', 'Sở Xây dựng')], 'code-in-use', { unit: 'xd' }],
    ['with one code for two new units', [found('a', 'A', 'A'), found('b', 'a', 'B')], 'code-in-use'],
    [
      'that founds below what it ends',
      [found('a', 'A', 'A', { parent: 'gt' }), merge('xd', 'gt')],
      'parent-not-operating',
    ],
    ['that founds below nothing', [found('a', 'A', 'A', { parent: 'nowhere' })], 'parent-absent'],
    ['with a kind of another time', [found('a', 'A', 'A', { kind: 'special_zone' })], 'kind-not-in-use'],
    ['with an unreadable code', [found('a', 'A 1', 'A')], 'bad-code'],
    ['that splits into one', [found('a', 'A', 'A'), { act: 'split', unit: 'xd', into: ['a'] }], 'split-into-one'],
    ['that splits off nothing', [{ act: 'split', unit: 'xd', into: ['xd'] }], 'split-into-one'],
    [
      'that splits into the dissolved',
      [merge('nv', 'gt'), { act: 'split', unit: 'xd', into: ['xd', 'gt'] }],
      'not-operating',
    ],
    ['that changes nothing of a name', [{ act: 'rename', unit: 'xd', name: 'Sở Xây dựng' }], 'change-without-effect'],
    ['that moves a unit to where it is', [{ act: 'move', unit: 'xd', parent: 'tinh' }], 'change-without-effect'],
    ['that leaves a function', [{ act: 'move-function', from: 'nv', to: 'nv', function: 'x' }], 'function-stays'],
    ['of a function without a name', [{ act: 'move-function', from: 'nv', to: 'bdt', function: ' ' }], 'bad-function'],
    [
      'of a function to a unit that ends',
      [merge('xd', 'bdt'), { act: 'move-function', from: 'nv', to: 'bdt', function: 'x' }],
      'not-operating',
    ],
    [
      'of a function that a new unit never had',
      [found('a', 'A', 'A'), { act: 'move-function', from: 'a', to: 'bdt', function: 'x' }],
      'not-operating',
    ],
  ])('is refused %s', (_, changes, code, details = {}) =>
    given(...tree)
      .when('Reorganise', wish(changes))
      .thenRefused(code, details),
  );

  it('is refused while somebody still stands below a unit that ends', () =>
    given(...tree, founded('p1', 'Phòng Quy hoạch', 'xd'))
      .when('Reorganise', wish([merge('gt', 'xd')]))
      .thenRefused('operating-children', { unit: 'p1', change: 0 }));

  it('is refused of a unit that was dissolved before', () =>
    given(...tree, event('UnitDissolved', { unit: 'gt', successors: [], decided: START }, '2025-01-01'))
      .when('Reorganise', wish([merge('xd', 'gt')]))
      .thenRefused('already-dissolved'));

  it('is refused when it founds a unit of a name that one still bears below the same parent', () => {
    given(...tree)
      .when('Reorganise', wish([found('xd2', 'XD2', 'Sở Xây dựng')]))
      .thenRefused('name-in-use', { change: 0, unit: 'xd', code: 'XD' });
    expect(typesOf(found('xd2', 'XD2', 'Sở Xây dựng', { parent: 'nv' }))).toHaveLength(2);
    expect(typesOf(found('xd2', 'XD2', 'Sở Xây dựng'), { act: 'rename', unit: 'xd', name: 'Sở Nhà ở' })).toHaveLength(
      3,
    );
    expect(typesOf(merge('gt', 'xd'), found('xd2', 'XD2', 'Sở Xây dựng'))).toHaveLength(3);
  });

  it('is refused of a unit that begins later', () =>
    given(...tree, founded('yt', 'Sở Y tế', 'tinh', 'YT', '2025-06-01'))
      .when('Reorganise', wish([merge('xd', 'yt')]))
      .thenRefused('before-founding'));

  it.each<[string, WishedChange]>([
    ['merges away', merge('nv', 'xd')],
    ['divides', { act: 'split', unit: 'xd', into: ['nv', 'bdt'] }],
    ['dissolves', { act: 'dissolve', unit: 'xd', successors: [] }],
  ])('is refused when it %s a unit that a later day needs', (_, change) => {
    const later: Day = '2025-06-01';
    const told = (changes: UnitChange[]) =>
      event('ReorganisationDecided', { reorganisation: 'r0', decided: DECIDED, document, changes }, later);
    const decided = { decided: DECIDED, document, reorganisation: 'r0' };
    for (const act of [
      event('UnitDissolved', { unit: 'gt', successors: ['xd'], ...decided }, later),
      event('UnitRenamed', { unit: 'xd', ...naming('XD', 'Sở Xây dựng và Nhà ở'), ...decided }, later),
      event('FunctionMoved', { from: 'gt', to: 'xd', function: 'Nhà ở', ...decided }, later),
      event('FunctionMoved', { from: 'xd', to: 'gt', function: 'Nhà ở', ...decided }, later),
      told([{ act: 'split', unit: 'xd', into: ['xd', 'gt'] }]),
    ]) {
      given(...tree, act)
        .when('Reorganise', wish([change]))
        .thenRefused('later-act-stands', { change: 0, unit: 'xd', on: later });
      expect(
        given(...tree, act)
          .when('Reorganise', wish([change], { on: later }))
          .events(),
      ).not.toHaveLength(0);
    }
  });

  it('is refused with every change that is at fault', () =>
    given(...tree)
      .when('Reorganise', wish([merge('xd', 'xd'), merge('nv', 'gt'), found('a', 'A 1', 'A')]))
      .thenRefused('merged-into-itself', {
        change: 0,
        faults: [
          { change: 0, code: 'organization.merged-into-itself' },
          { change: 2, code: 'organization.bad-code', details: { code: 'A 1' } },
        ],
      }));

  it.each<[string, Partial<OrganizationCommands['Reorganise']>, string]>([
    ['operates before it was decided', { decided: '2025-03-02' }, 'decided-after-operation'],
    ['operates on a day that does not exist', { on: '2025-02-29' }, 'bad-day'],
    ['has no number', { document: { ...document, number: ' ' } }, 'request.document-empty'],
    ['was written tomorrow', { document: { ...document, date: '2025-02-21' } }, 'request.document-of-the-future'],
    ['was written on no day', { document: { ...document, date: '2025-02-30' } }, 'bad-day'],
  ])('is refused when its document %s', (_, more, code) =>
    given(...tree)
      .when('Reorganise', wish([merge('xd', 'gt')], more))
      .thenRefused(code),
  );

  it('is recorded once', () =>
    given(
      ...tree,
      event('ReorganisationDecided', { reorganisation: 'r1', decided: DECIDED, document, changes: [] }, ON),
    )
      .when('Reorganise', wish([merge('xd', 'gt')]))
      .thenRefused('id-in-use'));

  it('of more events than an append takes is told to come in parts', () => {
    const many = Array.from({ length: EVENTS_PER_REORGANISATION }, (_, n) => found(`u${n}`, `U${n}`, `Đơn vị ${n}`));
    given(...tree)
      .when('Reorganise', wish(many))
      .thenRefused('reorganisation-too-large', { events: EVENTS_PER_REORGANISATION + 1 });
    expect(
      given(...tree)
        .when('Reorganise', wish(many.slice(1)))
        .events(),
    ).toHaveLength(EVENTS_PER_REORGANISATION);
  });
});
