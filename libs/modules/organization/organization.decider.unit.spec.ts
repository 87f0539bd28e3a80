import { eventsOf, type Day } from '#kernel';
import { rulesOf } from '../../../tests/support/rules.js';
import { KINDS } from './kind.rule.js';
import { organization, UNITS_PER_IMPORT, type NewUnit } from './organization.decider.js';
import type { OrganizationEvents } from './organization.events.js';

const event = eventsOf<OrganizationEvents>();
const { given } = rulesOf(organization, { today: '2026-06-15', facts: { missingFiles: [] } });

const START: Day = '2025-07-01';
const kinds = KINDS.map(({ kind, names, from, until }) =>
  event('KindDefined', { kind, names: [...names], ...(until ? { until } : {}) }, from),
);
const naming = (code: string, name: string, kind = 'department', aliases: string[] = []) => ({
  code,
  name,
  kind,
  aliases,
});
const founded = (unit: string, parent: string | null, chosen: Partial<NewUnit> & { on?: Day } = {}) => {
  const { on = START, ...rest } = chosen;
  const own = { unit, ...naming(unit.toUpperCase(), `Đơn vị ${unit}`), parent, decided: on, ...rest };
  return event('UnitFounded', own, on);
};
const root = founded('tinh', null, { kind: 'province', name: 'Ủy ban nhân dân tỉnh' });
const tree = [...kinds, root, founded('noivu', 'tinh', { name: 'Sở Nội vụ' })];
const on = (day: Day, decided: Day = day) => ({ on: day, decided });
const renamed = (unit: string, to: Partial<NewUnit>, day: Day) =>
  event('UnitRenamed', { unit, ...naming(unit.toUpperCase(), `Đơn vị ${unit}`), ...to, decided: day }, day);
const moved = (unit: string, parent: string, day: Day) => event('UnitMoved', { unit, parent, decided: day }, day);
const dissolved = (unit: string, day: Day) => event('UnitDissolved', { unit, successors: [], decided: day }, day);

describe('the root', () => {
  it('is founded first and brings the kinds along', () =>
    given()
      .when('FoundUnit', { unit: 'tinh', ...naming('H99', 'UBND tỉnh', 'province'), parent: null, ...on(START) })
      .then(
        ...kinds,
        event(
          'UnitFounded',
          { unit: 'tinh', ...naming('H99', 'UBND tỉnh', 'province'), parent: null, decided: START },
          START,
        ),
      ));

  it('is there once', () =>
    given(...tree)
      .when('FoundUnit', { unit: 'x', ...naming('X', 'Tỉnh khác', 'province'), parent: null, ...on('2026-01-01') })
      .thenRefused('root-exists'));

  it('is neither moved nor dissolved', () => {
    given(...tree)
      .when('MoveUnit', { unit: 'tinh', parent: 'noivu', ...on('2026-01-01') })
      .thenRefused('root-stays');
    given(...kinds, root)
      .when('DissolveUnit', { unit: 'tinh', successors: [], ...on('2026-01-01') })
      .thenRefused('root-stays');
  });
});

describe('a unit is founded', () => {
  const wish = { unit: 'yte', ...naming('H99.06', 'Sở Y tế'), parent: 'tinh', ...on('2026-03-01') };

  it('by a decision of an earlier day, with its document', () => {
    const document = { kind: 'Nghị quyết', number: '0395/NQ-HĐND', date: '2026-02-18' };
    given(...tree)
      .when('FoundUnit', { ...wish, decided: '2026-02-18', document })
      .then(
        event(
          'UnitFounded',
          { unit: 'yte', ...naming('H99.06', 'Sở Y tế'), parent: 'tinh', decided: '2026-02-18', document },
          '2026-03-01',
        ),
      );
  });

  it('with names without space at their ends, and each other name once', () => {
    const [first] = given(...tree)
      .when('FoundUnit', { ...wish, name: ' Sở Y tế ', aliases: ['Sở YT', ' Sở YT', '', 'Sở Y tế'] })
      .events();
    expect(first?.data).toMatchObject({ name: 'Sở Y tế', aliases: ['Sở YT'] });
  });

  it.each<[string, Partial<typeof wish>, string]>([
    ['an id that is taken', { unit: 'noivu' }, 'id-in-use'],
    ['a decision after its operation', { decided: '2026-03-02' }, 'decided-after-operation'],
    ['a day that does not exist', { on: '2026-02-30', decided: '2026-02-01' }, 'bad-day'],
    ['an unknown kind', { kind: 'kingdom' }, 'unknown-kind'],
    ['a kind of another time', { kind: 'district' }, 'kind-not-in-use'],
    ['an unreadable code', { code: 'H 99' }, 'bad-code'],
    ['no name', { name: '  ' }, 'bad-name'],
    ['a name without end', { name: 'a'.repeat(301) }, 'bad-name'],
    ['a parent that nobody founded', { parent: 'nowhere' }, 'parent-absent'],
    ['a parent that operates later', { on: '2025-01-01', decided: '2025-01-01' }, 'parent-not-operating'],
    ['the code of an operating unit', { code: 'noivu' }, 'code-in-use'],
  ])('not with %s', (_, change, code) =>
    given(...tree)
      .when('FoundUnit', { ...wish, ...change })
      .thenRefused(code),
  );

  it('not below a unit whose end is decided already', () =>
    given(...tree, dissolved('noivu', '2026-12-01'))
      .when('FoundUnit', { ...wish, parent: 'noivu' })
      .thenRefused('parent-not-operating'));

  it('with code and name of a dissolved one, as another unit', () =>
    given(...tree, dissolved('noivu', '2026-03-01'))
      .when('FoundUnit', { ...wish, ...naming('NOIVU', 'Sở Nội vụ') })
      .then(
        event(
          'UnitFounded',
          { unit: 'yte', ...naming('NOIVU', 'Sở Nội vụ'), parent: 'tinh', decided: '2026-03-01' },
          '2026-03-01',
        ),
      ));

  it.each(['Sở Nội vụ', 'SỞ  NỘI VỤ', 'Sở Nội vụ'.normalize('NFD')])(
    'not with the name of another below the same parent: %s',
    (name) =>
      given(...tree)
        .when('FoundUnit', { ...wish, name })
        .thenRefused('name-in-use', { name: 'Sở Nội vụ', unit: 'noivu', code: 'NOIVU' }),
  );

  it('not with a name that a unit will bear there, nor beside one that will be moved there', () => {
    given(...tree, renamed('noivu', { name: 'Sở Y tế' }, '2026-09-01'))
      .when('FoundUnit', wish)
      .thenRefused('name-in-use', { unit: 'noivu' });
    given(...tree, founded('a', 'noivu', { name: 'Sở Y tế' }), moved('a', 'tinh', '2026-09-01'))
      .when('FoundUnit', wish)
      .thenRefused('name-in-use', { unit: 'a' });
  });

  it.each([
    ['below another parent', [founded('a', 'noivu', { name: 'Sở Y tế' })]],
    ['of one that ends on the day', [founded('a', 'tinh', { name: 'Sở Y tế' }), dissolved('a', '2026-03-01')]],
    [
      'of one that is called otherwise by then',
      [founded('a', 'tinh', { name: 'Sở Y tế' }), renamed('a', { name: 'Sở Dân số' }, '2026-03-01')],
    ],
    [
      'of one that has moved away by then',
      [founded('a', 'tinh', { name: 'Sở Y tế' }), moved('a', 'noivu', '2026-03-01')],
    ],
    ['that differs in tones', [founded('a', 'tinh', { name: 'Sở Ý tế' })]],
  ])('with the name %s', (_, before) =>
    expect(
      given(...tree, ...before)
        .when('FoundUnit', wish)
        .events(),
    ).toHaveLength(1),
  );

  it('not with a code that another unit will carry while it operates', () =>
    given(...tree, renamed('noivu', { code: 'H99.06' }, '2026-09-01'))
      .when('FoundUnit', wish)
      .thenRefused('code-in-use', { unit: 'noivu' }));

  it('with a code that another unit has laid down', () =>
    expect(
      given(...tree, renamed('noivu', { code: 'NEW' }, '2026-02-01'))
        .when('FoundUnit', { ...wish, code: 'NOIVU' })
        .events(),
    ).toHaveLength(1));
});

describe('units are imported', () => {
  const unit = (id: string, code: string, name: string, parent: string | null = 'tinh'): NewUnit => ({
    unit: id,
    ...naming(code, name, 'commune'),
    parent,
  });

  it('with their root and parents before children, in one append', () =>
    expect(
      given()
        .when('ImportUnits', {
          units: [
            { unit: 't', ...naming('H99', 'UBND tỉnh', 'province'), parent: null },
            unit('a', 'H99.1', 'Xã số 01', 't'),
            unit('b', 'H99.2', 'Thôn', 'a'),
          ],
          ...on(START),
        })
        .events()
        .map(({ type }) => type),
    ).toEqual([...kinds.map(() => 'KindDefined'), 'UnitFounded', 'UnitFounded', 'UnitFounded']));

  it('once: what is there with code, name and kind stays as it is', () =>
    given(...tree, founded('a', 'tinh', unit('a', 'H99.1', 'Xã số 01')))
      .when('ImportUnits', { units: [unit('z', 'H99.1', 'Xã số 01')], ...on('2026-01-01') })
      .thenNothing());

  it('not with a code that another unit carries', () =>
    given(...tree, founded('a', 'tinh', unit('a', 'H99.1', 'Xã số 01')))
      .when('ImportUnits', { units: [unit('z', 'H99.1', 'Xã số 02')], ...on('2026-01-01') })
      .thenRefused('code-in-use'));

  it('not with one code twice', () =>
    given(...tree)
      .when('ImportUnits', { units: [unit('y', 'H99.1', 'Xã 1'), unit('z', 'h99.1', 'Xã 2')], ...on('2026-01-01') })
      .thenRefused('code-in-use'));

  it('not with one name twice below one parent', () => {
    const of = (...units: NewUnit[]) => given(...tree).when('ImportUnits', { units, ...on('2026-01-01') });
    of(unit('y', 'H99.1', 'Xã Hòa'), unit('z', 'H99.2', 'Xã Hoà')).thenRefused('name-in-use', { unit: 'y' });
    expect(of(unit('y', 'H99.1', 'Xã Hòa'), unit('z', 'H99.2', 'Xã Hóa')).events()).toHaveLength(2);
    expect(of(unit('y', 'H99.1', 'Văn phòng'), unit('z', 'H99.2', 'Văn phòng', 'y')).events()).toHaveLength(2);
  });

  it('not more than fit into one append', () =>
    given(...tree)
      .when('ImportUnits', {
        units: Array.from({ length: UNITS_PER_IMPORT + 1 }, (_, n) => unit(`u${n}`, `U${n}`, `Xã ${n}`)),
        ...on('2026-01-01'),
      })
      .thenRefused('too-many-units', { most: UNITS_PER_IMPORT }));
});

describe('a unit is renamed', () => {
  const wish = { unit: 'noivu', ...naming('NOIVU', 'Sở Nội vụ và Lao động'), ...on('2026-03-01') };

  it('from a day on', () =>
    given(...tree)
      .when('RenameUnit', wish)
      .then(
        event(
          'UnitRenamed',
          { unit: 'noivu', ...naming('NOIVU', 'Sở Nội vụ và Lao động'), decided: '2026-03-01' },
          '2026-03-01',
        ),
      ));

  it('keeping what is not named', () =>
    given(...tree, renamed('noivu', { name: 'Sở Nội vụ', aliases: ['Sở NV'] }, '2026-01-01'))
      .when('RenameUnit', { unit: 'noivu', name: 'Sở Nội vụ tỉnh', ...on('2026-03-01') })
      .then(
        event(
          'UnitRenamed',
          { unit: 'noivu', ...naming('NOIVU', 'Sở Nội vụ tỉnh', 'department', ['Sở NV']), decided: '2026-03-01' },
          '2026-03-01',
        ),
      ));

  it('not again to what it is called already', () =>
    given(...tree)
      .when('RenameUnit', { ...wish, name: 'Sở Nội vụ' })
      .thenNothing());

  it('into another kind when its status changes', () =>
    given(...kinds, root, founded('a', 'tinh', { kind: 'commune', name: 'Xã A' }))
      .when('RenameUnit', { unit: 'a', ...naming('A', 'Phường A', 'ward'), ...on('2026-03-01') })
      .then(
        event('UnitRenamed', { unit: 'a', ...naming('A', 'Phường A', 'ward'), decided: '2026-03-01' }, '2026-03-01'),
      ));

  it('not before it operates, nor when it has ended', () => {
    given(...tree)
      .when('RenameUnit', { ...wish, ...on('2025-01-01') })
      .thenRefused('not-operating');
    given(...tree, dissolved('noivu', '2026-03-01'))
      .when('RenameUnit', wish)
      .thenRefused('not-operating');
  });

  it('not when nobody founded it', () =>
    given(...tree)
      .when('RenameUnit', { ...wish, unit: 'nowhere' })
      .thenRefused('unit-absent'));

  describe('for a day before one on which it is renamed already', () => {
    const early = { unit: 'noivu', ...on('2026-03-01') };
    const recoded = renamed('noivu', { code: 'H99.777', name: 'Sở Nội vụ', aliases: ['SNV'] }, '2026-03-10');

    it.each<[string, Partial<NewUnit>]>([
      ['name', { name: 'Tên giữa' }],
      ['kind', { kind: 'vertical_agency' }],
    ])('not where the old %s would come back then', (_, change) =>
      given(...tree, recoded)
        .when('RenameUnit', { ...early, ...change })
        .thenRefused('later-act-stands', { unit: 'noivu', on: '2026-03-10' }),
    );

    it('not where other names would be lost again', () =>
      given(...tree, renamed('noivu', { name: 'Sở Nội vụ và Lao động' }, '2026-03-10'))
        .when('RenameUnit', { ...early, aliases: ['Sở NV'] })
        .thenRefused('later-act-stands', { on: '2026-03-10' }));

    it('when that day says otherwise itself, or was named anew first', () => {
      for (const events of [
        given(...tree, recoded)
          .when('RenameUnit', { ...early, code: 'H99.500' })
          .events(),
        given(...tree, recoded, renamed('noivu', { code: 'H99.777', name: 'Tên giữa' }, '2026-03-10'))
          .when('RenameUnit', { ...early, name: 'Tên giữa' })
          .events(),
      ]) {
        expect(events).toHaveLength(1);
      }
    });

    it('and on that day itself', () =>
      expect(
        given(...tree, recoded)
          .when('RenameUnit', { ...early, name: 'Tên giữa', ...on('2026-03-10') })
          .events(),
      ).toHaveLength(1));
  });

  it('not to the code of another on any of the days that follow', () => {
    const other = founded('yte', 'tinh', { code: 'YTE', on: '2026-05-01' });
    given(...tree, other)
      .when('RenameUnit', { ...wish, code: 'YTE' })
      .thenRefused('code-in-use');
    const until = renamed('noivu', { code: 'NV2' }, '2026-05-01');
    expect(
      given(...tree, other, until)
        .when('RenameUnit', { ...wish, code: 'YTE' })
        .events(),
    ).toHaveLength(1);
  });
});

describe('a unit is moved', () => {
  const three = [...tree, founded('yte', 'tinh'), founded('phong', 'noivu', { kind: 'section' })];

  it('below another, from a day on', () =>
    given(...three)
      .when('MoveUnit', { unit: 'phong', parent: 'yte', ...on('2026-03-01', '2026-02-18') })
      .then(event('UnitMoved', { unit: 'phong', parent: 'yte', decided: '2026-02-18' }, '2026-03-01')));

  it('not to where it is', () =>
    given(...three)
      .when('MoveUnit', { unit: 'phong', parent: 'noivu', ...on('2026-03-01') })
      .thenNothing());

  it('not below itself, not even on a later day', () => {
    given(...three)
      .when('MoveUnit', { unit: 'noivu', parent: 'phong', ...on('2026-03-01') })
      .thenRefused('cycle');
    given(...three, moved('phong', 'yte', '2026-01-01'), moved('phong', 'noivu', '2026-09-01'))
      .when('MoveUnit', { unit: 'noivu', parent: 'phong', ...on('2026-03-01') })
      .thenRefused('cycle', { on: '2026-09-01' });
  });

  it('not below a unit that is absent, not founded yet or ended', () => {
    const to = (parent: string) => ({ unit: 'phong', parent, ...on('2026-03-01') });
    given(...three)
      .when('MoveUnit', to('nowhere'))
      .thenRefused('parent-absent');
    const late = founded('late', 'tinh', { on: '2026-04-01' });
    given(...three, late)
      .when('MoveUnit', to('late'))
      .thenRefused('parent-not-operating');
    given(...three, dissolved('yte', '2026-02-01'))
      .when('MoveUnit', to('yte'))
      .thenRefused('parent-not-operating');
  });
});

describe('a unit is dissolved', () => {
  const wish = { unit: 'noivu', successors: [], ...on('2026-03-01', '2026-02-18') };

  it('from a day on, naming who carries its work on', () =>
    given(...tree, founded('yte', 'tinh'))
      .when('DissolveUnit', { ...wish, successors: ['yte', 'yte'] })
      .then(event('UnitDissolved', { unit: 'noivu', successors: ['yte'], decided: '2026-02-18' }, '2026-03-01')));

  it('not twice', () =>
    given(...tree, dissolved('noivu', '2026-01-01'))
      .when('DissolveUnit', wish)
      .thenRefused('already-dissolved', { on: '2026-01-01' }));

  it('not before it was founded', () =>
    given(...tree)
      .when('DissolveUnit', { ...wish, ...on('2025-06-30') })
      .thenRefused('before-founding'));

  it('not while units operate below it, now or later', () => {
    const child = founded('phong', 'noivu', { kind: 'section' });
    given(...tree, child)
      .when('DissolveUnit', wish)
      .thenRefused('operating-children', { unit: 'phong' });
    const later = founded('phong', 'noivu', { kind: 'section', on: '2026-09-01' });
    given(...tree, later)
      .when('DissolveUnit', wish)
      .thenRefused('operating-children');
    expect(
      given(...tree, child, dissolved('phong', '2026-03-01'))
        .when('DissolveUnit', wish)
        .events(),
    ).toHaveLength(1);
    expect(
      given(...tree, child, moved('phong', 'tinh', '2026-03-01'))
        .when('DissolveUnit', wish)
        .events(),
    ).toHaveLength(1);
  });

  it('not in favour of a unit that does not operate then', () => {
    const late = founded('late', 'tinh', { on: '2026-04-01' });
    given(...tree, late)
      .when('DissolveUnit', { ...wish, successors: ['late'] })
      .thenRefused('successor-not-operating');
    given(...tree)
      .when('DissolveUnit', { ...wish, successors: ['noivu'] })
      .thenRefused('successor-not-operating');
  });

  it.each<[string, ReturnType<typeof event>]>([
    ['called otherwise', renamed('noivu', { name: 'Sở Nội vụ và Lao động' }, '2026-12-01')],
    ['moved', moved('noivu', 'vanphong', '2026-12-01')],
    [
      'to carry on the work of another',
      event('UnitDissolved', { unit: 'yte', successors: ['noivu'], decided: '2026-12-01' }, '2026-12-01'),
    ],
    [
      'to have a new post',
      event('PostEstablished', { post: 'p', unit: 'noivu', title: 'Giám đốc', head: true }, '2026-12-01'),
    ],
  ])('not before a day from which it is %s', (_, act) => {
    const stood = [...tree, founded('yte', 'tinh'), founded('vanphong', 'tinh'), act];
    given(...stood)
      .when('DissolveUnit', { ...wish, ...on('2026-11-30') })
      .thenRefused('later-act-stands', { unit: 'noivu', on: '2026-12-01' });
    expect(
      given(...stood)
        .when('DissolveUnit', { ...wish, ...on('2026-12-01') })
        .events(),
    ).toHaveLength(1);
  });
});

describe('a kind', () => {
  it('is added to those that ship', () =>
    given(...tree)
      .when('DefineKind', { kind: 'cooperative', names: ['Hợp tác xã', 'HTX', ' HTX '], on: '2026-01-01' })
      .then(event('KindDefined', { kind: 'cooperative', names: ['Hợp tác xã', 'HTX'] }, '2026-01-01')));

  it('is defined again only when something about it changes', () =>
    given(...tree)
      .when('DefineKind', { kind: 'ward', names: ['Phường', 'UBND phường'], on: '1945-09-02' })
      .thenNothing());

  it('needs a key and a name', () => {
    given(...tree)
      .when('DefineKind', { kind: 'Hợp tác xã', names: ['HTX'], on: '2026-01-01' })
      .thenRefused('bad-kind');
    given(...tree)
      .when('DefineKind', { kind: 'htx', names: [' '], on: '2026-01-01' })
      .thenRefused('bad-kind');
  });
});

describe('a class', () => {
  const wish = { class: 'c', name: 'Các sở, ban, ngành', kinds: ['department'], aliases: ['Các sở'], on: START };
  const defined = event(
    'ClassDefined',
    { class: 'c', name: 'Các sở, ban, ngành', kinds: ['department'], aliases: ['Các sở'] },
    START,
  );

  it('holds the units of its kinds', () =>
    given(...tree)
      .when('DefineClass', wish)
      .then(defined));

  it('is known by its name when it is defined again', () => {
    given(...tree, defined)
      .when('DefineClass', { ...wish, class: 'd' })
      .thenNothing();
    given(...tree, defined)
      .when('DefineClass', { ...wish, class: 'd', kinds: ['department', 'vertical_agency'], on: '2026-01-01' })
      .then(
        event(
          'ClassDefined',
          { class: 'c', name: 'Các sở, ban, ngành', kinds: ['department', 'vertical_agency'], aliases: ['Các sở'] },
          '2026-01-01',
        ),
      );
  });

  it.each<[string, Partial<typeof wish>, string]>([
    ['without kinds', { kinds: [] }, 'class-without-kinds'],
    ['with an unknown kind', { kinds: ['kingdom'] }, 'unknown-kind'],
    ['without a name', { name: '' }, 'bad-name'],
    ['on a day that does not exist', { on: '2026-13-01' }, 'bad-day'],
  ])('is not defined %s', (_, change, code) =>
    given(...tree)
      .when('DefineClass', { ...wish, ...change })
      .thenRefused(code),
  );

  it('is not defined for a day before one that would take it back', () => {
    const { on: _, ...said } = wish;
    const wider = event('ClassDefined', { ...said, kinds: ['department', 'vertical_agency'] }, '2026-03-01');
    const early = { ...wish, aliases: ['Sở, ngành'], on: '2026-01-01' };
    given(...tree, defined, wider)
      .when('DefineClass', early)
      .thenRefused('later-act-stands', { class: 'c', on: '2026-03-01' });
    for (const change of [
      { ...early, on: '2026-03-01' },
      { ...wish, kinds: ['vertical_agency'], on: '2026-01-01' },
    ]) {
      expect(
        given(...tree, defined, wider)
          .when('DefineClass', change)
          .events(),
      ).toHaveLength(1);
    }
  });

  it('answers to no name of another', () =>
    given(...tree, defined)
      .when('DefineClass', { ...wish, class: 'd', name: 'Các xã', kinds: ['commune'], aliases: ['cac so'] })
      .thenRefused('class-name-in-use', { class: 'c' }));
});

describe('a post', () => {
  const established = event('PostEstablished', { post: 'p', unit: 'noivu', title: 'Giám đốc', head: true }, START);
  const filled = event('PostFilled', { post: 'p', holder: 'lan' }, '2025-08-01');
  const wish = { post: 'q', unit: 'noivu', title: 'Phó Giám đốc', head: false, on: START };

  it('is established in an operating unit', () =>
    given(...tree, established)
      .when('EstablishPost', wish)
      .then(event('PostEstablished', { post: 'q', unit: 'noivu', title: 'Phó Giám đốc', head: false }, START)));

  it.each<[string, Partial<typeof wish>, string]>([
    ['in a unit that does not operate yet', { on: '2025-01-01' }, 'not-operating'],
    ['in a unit that nobody founded', { unit: 'nowhere' }, 'unit-absent'],
    ['as a second head', { head: true }, 'head-exists'],
    ['with the title of another', { title: 'giám đốc' }, 'post-title-in-use'],
    ['with an id that is taken', { post: 'p' }, 'id-in-use'],
    ['without a title', { title: ' ' }, 'bad-name'],
  ])('is not established %s', (_, change, code) =>
    given(...tree, established)
      .when('EstablishPost', { ...wish, ...change })
      .thenRefused(code),
  );

  it('is filled and vacated, one holder at a time', () => {
    given(...tree, established)
      .when('FillPost', { post: 'p', holder: 'lan', on: '2025-08-01' })
      .then(event('PostFilled', { post: 'p', holder: 'lan' }, '2025-08-01'));
    given(...tree, established, filled)
      .when('FillPost', { post: 'p', holder: 'lan', on: '2025-09-01' })
      .thenNothing();
    given(...tree, established, filled)
      .when('FillPost', { post: 'p', holder: 'minh', on: '2025-09-01' })
      .thenRefused('post-occupied');
    given(...tree, established, filled)
      .when('VacatePost', { post: 'p', on: '2025-09-01' })
      .then(event('PostVacated', { post: 'p', holder: 'lan' }, '2025-09-01'));
  });

  it('is not vacated when nobody holds it', () =>
    given(...tree, established)
      .when('VacatePost', { post: 'p', on: '2025-09-01' })
      .thenRefused('post-vacant'));

  it('changes hands in the order of days', () =>
    given(...tree, established, filled)
      .when('VacatePost', { post: 'p', on: '2025-07-15' })
      .thenRefused('before-last-act'));

  it('is vacated when its unit ends, whoever leaves it or begins later', () => {
    const vacant = (holder: string, day: Day) => event('PostVacated', { post: 'p', holder }, day);
    const stood = [...tree, established, filled];
    const wished = { unit: 'noivu', successors: [], ...on('2026-03-01') };
    const end = dissolved('noivu', '2026-03-01');
    given(...stood)
      .when('DissolveUnit', wished)
      .then(end, vacant('lan', '2026-03-01'));
    given(...stood, vacant('lan', '2026-01-01'))
      .when('DissolveUnit', wished)
      .then(end);
    given(
      ...stood,
      vacant('lan', '2026-03-10'),
      event('PostFilled', { post: 'p', holder: 'minh' }, '2026-03-15'),
      vacant('minh', '2026-03-15'),
      event('PostFilled', { post: 'p', holder: 'hoa' }, '2026-03-20'),
    )
      .when('DissolveUnit', wished)
      .then(end, vacant('lan', '2026-03-01'), vacant('hoa', '2026-03-20'));
  });

  it('is not filled when it is absent or its unit has ended', () => {
    given(...tree)
      .when('FillPost', { post: 'p', holder: 'lan', on: '2025-08-01' })
      .thenRefused('post-absent');
    given(...tree, established, dissolved('noivu', '2025-08-01'))
      .when('FillPost', { post: 'p', holder: 'lan', on: '2025-08-01' })
      .thenRefused('not-operating');
  });
});
