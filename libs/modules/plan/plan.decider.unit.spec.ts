import { eventsOf, type Day } from '#kernel';
import { shippedRules } from '../../../tests/support/rule-sets.js';
import { rulesOf } from '../../../tests/support/rules.js';
import { plan, SETTLED_AT_ONCE, type PlanFacts, type RowInput } from './plan.decider.js';
import type { PlanEvents, RowContent } from './plan.events.js';

const event = eventsOf<PlanEvents>();

const facts: PlanFacts = {
  operates: (unit) => ['tinh', 'noi-vu', 'y-te'].includes(unit),
  members: (unitClass) => ({ so: ['y-te', 'noi-vu', 'noi-vu'], xa: [] as string[] })[unitClass],
  missingFile: false,
  workBegun: false,
  workBehind: new Map(),
  parent: null,
  planOfRow: () => undefined,
  codes: new Set(),
  ruleSets: [shippedRules],
};
const { given } = rulesOf(plan, { today: '2025-12-24', facts });

const noiVu = { kind: 'unit' as const, id: 'noi-vu', name: 'Sở Nội vụ' };
const yTe = { kind: 'unit' as const, id: 'y-te', name: 'Sở Y tế' };
const departments = { kind: 'class' as const, id: 'so', name: 'Các sở, ban, ngành' };
const communes = { kind: 'class' as const, id: 'xa', name: 'UBND các xã, phường' };

const inputOf = (title: string, chosen: Partial<RowInput> = {}): RowInput => ({
  field: 'CDDH',
  code: 'I.1',
  title,
  deliverable: 'Kế hoạch',
  leads: [noiVu],
  leadsText: 'Sở Nội vụ',
  coordinatingText: '',
  deadline: '30/6/2026',
  funding: '',
  note: '',
  mode: { kind: 'all' },
  ...chosen,
});
const { parentRow: _, ...plain } = inputOf('');
const contentOf = (title: string, chosen: Partial<RowContent> = {}): RowContent => ({
  ...plain,
  title,
  due: '2026-06-30',
  rule: 'date',
  cycle: 'once',
  milestones: [],
  ...chosen,
});

const wish = { unit: 'tinh', year: 2026, kind: 'cchc', sequence: 1, title: 'Kế hoạch CCHC năm 2026' };
const draftData: PlanEvents['PlanDrafted'] = {
  ...wish,
  code: 'CCHC-2026',
  fieldSet: '2021',
  ruleSet: '2021',
  headline: 'completed',
};
const drafted = event('PlanDrafted', draftData);
const added = (row: string, rank: number, chosen: Partial<RowContent> = {}) =>
  event('RowAdded', { row, rank, content: contentOf(`Nhiệm vụ ${row}`, chosen) });
const document = { kind: 'Kế hoạch', number: '0257/KH-UBND', date: '2025-12-22', signatory: 'Chủ tịch UBND tỉnh' };
const promulgation = { document, effect: '2026-01-01' };
const promulgated = event(
  'PlanPromulgated',
  { document, effect: '2026-01-01', obliged: [], periods: { once: [], quarterly: [], monthly: [] } },
  '2026-01-01',
);

describe('a plan', () => {
  it('is drafted with the fields and rules of its year', () => given().when('DraftPlan', wish).then(drafted));

  it('of a year before the present fields has the former ones', () =>
    expect(
      given()
        .when('DraftPlan', { ...wish, year: 2019 })
        .events(),
    ).toEqual([expect.objectContaining({ data: expect.objectContaining({ fieldSet: '2011' }) })]));

  it('is drafted once', () => given(drafted).when('DraftPlan', wish).thenRefused('exists'));

  it.each([2010, 2101, 2026.5])('is refused for the year %s', (year) =>
    given()
      .when('DraftPlan', { ...wish, year })
      .thenRefused('year-out-of-range'),
  );

  it('is refused from a unit that does not operate', () =>
    given()
      .when('DraftPlan', { ...wish, unit: 'huyen' })
      .thenRefused('unit-absent'));

  it.each([' ', 'x'.repeat(1001)])('is refused without a title that can be read', (title) => {
    given()
      .when('DraftPlan', { ...wish, title })
      .thenRefused('title-missing');
    given(drafted).when('RetitlePlan', { title }).thenRefused('title-missing');
  });

  it('is retitled while it is a draft', () => {
    given(drafted)
      .when('RetitlePlan', { title: ' Kế hoạch mới ' })
      .then(event('PlanRetitled', { title: 'Kế hoạch mới' }));
    given(drafted).when('RetitlePlan', { title: wish.title }).thenNothing();
    given(drafted, promulgated).when('RetitlePlan', { title: 'Kế hoạch mới' }).thenRefused('not-a-draft');
  });

  it('shows the figure that was chosen first, at any time', () => {
    given(drafted, promulgated)
      .when('ChooseHeadline', { headline: 'carriedOut' })
      .then(event('HeadlineChosen', { headline: 'carriedOut' }));
    given(drafted).when('ChooseHeadline', { headline: 'completed' }).thenNothing();
    given(drafted)
      .when('ChooseHeadline', { headline: 'overdue' as 'completed' })
      .thenRefused('unknown-headline');
  });

  it('that nobody drafted takes nothing', () => {
    given().when('RetitlePlan', { title: 'x' }).thenRefused('absent');
    given().when('ChooseHeadline', { headline: 'started' }).thenRefused('absent');
    given().when('AddRows', { rows: [] }).thenRefused('absent');
    given()
      .when('EditRow', { row: 'a', content: inputOf('x') })
      .thenRefused('absent');
    given().when('RemoveRow', { row: 'a' }).thenRefused('absent');
    given().when('MoveRow', { row: 'a', after: null }).thenRefused('absent');
    given().when('PromulgatePlan', promulgation).thenRefused('absent');
  });
});

describe('a row', () => {
  it('is added at the end, its due date read from its deadline', () =>
    given(drafted, added('a', 1))
      .when('AddRows', { rows: [{ row: 'b', content: inputOf('Báo cáo', { deadline: 'Quý III/2026' }) }], source: 'f' })
      .then(
        event('RowAdded', {
          row: 'b',
          rank: 2,
          content: contentOf('Báo cáo', { deadline: 'Quý III/2026', due: '2026-09-30', rule: 'quarter' }),
          source: 'f',
        }),
      ));

  it('that is sent again is there already', () =>
    given(drafted, added('a', 1))
      .when('AddRows', { rows: [{ row: 'a', content: inputOf('Tên khác') }] })
      .thenNothing());

  it.each<[string, string, Partial<RowInput>]>([
    ['unknown-field', 'a field that the plan does not have', { field: 'X' }],
    ['row-title-missing', 'no title', { title: ' ' }],
    ['lead-missing', 'no lead', { leads: [] }],
    ['unknown-lead', 'a lead that does not operate', { leads: [{ ...yTe, id: 'huyen' }] }],
    ['unknown-lead', 'a class that does not exist', { leads: [{ ...departments, id: 'huyen' }] }],
    ['impossible-date', 'a day that does not exist', { deadline: '31/02/2026' }],
    ['unreadable-deadline', 'a deadline that says nothing', { deadline: 'khi nào xong' }],
    ['share-out-of-range', 'a share of nobody', { mode: { kind: 'share', percent: 0 } }],
    ['share-out-of-range', 'a share of more than all', { mode: { kind: 'share', percent: 101 } }],
    ['share-out-of-range', 'a share that is no whole number', { mode: { kind: 'share', percent: 33.3 } }],
  ])('is refused (%s) with %s', (code, _, chosen) => {
    const content = inputOf('Nhiệm vụ mới', chosen);
    given(drafted, added('a', 1))
      .when('AddRows', { rows: [{ row: 'b', content }] })
      .thenRefused(code, { row: 'b' });
    given(drafted, added('a', 1)).when('EditRow', { row: 'a', content }).thenRefused(code, { row: 'a' });
  });

  it('is told from the others by field and title, whatever its tones and spaces', () => {
    const rows = [{ row: 'b', content: inputOf('NHIEM  VU a') }];
    given(drafted, added('a', 1)).when('AddRows', { rows }).thenRefused('row-twice', { row: 'b' });
    given(drafted, added('a', 1), added('b', 2))
      .when('EditRow', { row: 'b', content: inputOf('nhiệm vụ A') })
      .thenRefused('row-twice');
    expect(
      given(drafted, added('a', 1))
        .when('AddRows', { rows: [{ row: 'b', content: inputOf('Nhiệm vụ a', { field: 'CCTC' }) }] })
        .events(),
    ).toHaveLength(1);
  });

  it.each(['Nhiệm vụ a.', '“Nhiệm vụ”: a;', '- Nhiệm vụ a…'])('is not told from the others by signs: %s', (title) => {
    const rows = [{ row: 'b', content: inputOf(title) }];
    given(drafted, added('a', 1)).when('AddRows', { rows }).thenRefused('row-twice', { row: 'b' });
    const twice = [inputOf('Việc mới'), inputOf('Việc mới.')].map((content, at) => ({ row: `n${at}`, content }));
    given(drafted).when('AddRows', { rows: twice }).thenRefused('row-twice', { row: 'n1' });
    given(drafted, added('a', 1), added('b', 2))
      .when('EditRow', { row: 'b', content: inputOf(title) })
      .thenRefused('row-twice');
    expect(
      given(drafted, added('a', 1))
        .when('EditRow', { row: 'a', content: inputOf(title) })
        .events(),
    ).toHaveLength(1);
  });

  it('of which another is called the same but for signs since former times is edited all the same', () => {
    const former = given(drafted, added('a', 1), added('b', 2, { title: 'Nhiệm vụ a.' }), added('c', 3));
    const note = 'mới';
    former
      .when('EditRow', { row: 'b', content: inputOf('Nhiệm vụ a.', { note }) })
      .then(event('RowEdited', { row: 'b', content: contentOf('Nhiệm vụ a.', { note }) }));
    former.when('EditRow', { row: 'c', content: inputOf('Nhiệm vụ a;') }).thenRefused('row-twice');
  });

  it('is refused beyond the ten thousandth', () => {
    const rows = Array.from({ length: 10_001 }, (_, n) => ({ row: `r${n}`, content: inputOf(`Nhiệm vụ ${n}`) }));
    given(drafted).when('AddRows', { rows }).thenRefused('too-many-rows', { most: 10_000 });
  });

  it('is edited, removed and moved while the plan is a draft', () => {
    given(drafted, added('a', 1))
      .when('EditRow', { row: 'a', content: inputOf('Nhiệm vụ a', { note: 'mới' }) })
      .then(event('RowEdited', { row: 'a', content: contentOf('Nhiệm vụ a', { note: 'mới' }) }));
    given(drafted, added('a', 1))
      .when('RemoveRow', { row: 'a' })
      .then(event('RowRemoved', { row: 'a' }));
    given(drafted, added('a', 1), added('b', 2), added('c', 3))
      .when('MoveRow', { row: 'c', after: 'a' })
      .then(event('RowMoved', { row: 'c', rank: 1.5 }));
    given(drafted, added('a', 1), added('b', 2))
      .when('MoveRow', { row: 'b', after: null })
      .then(event('RowMoved', { row: 'b', rank: 0 }));
  });

  it('that is edited to what it says already, or moved to where it stands, stays as it is', () => {
    const { mode, leads, ...rest } = inputOf('Nhiệm vụ a');
    given(drafted, added('a', 1))
      .when('EditRow', { row: 'a', content: { leads, mode, ...rest } })
      .thenNothing();
    given(drafted, added('a', 1), added('b', 2)).when('MoveRow', { row: 'b', after: 'a' }).thenNothing();
  });

  it('has all rows numbered anew when no number lies between its neighbours any more', () => {
    const rank = 1 + Number.EPSILON;
    given(drafted, added('a', 1), added('b', rank), added('c', 3))
      .when('MoveRow', { row: 'c', after: 'a' })
      .then(
        event('RowMoved', { row: 'a', rank: 1 }),
        event('RowMoved', { row: 'c', rank: 2 }),
        event('RowMoved', { row: 'b', rank: 3 }),
      );
  });

  it('that the plan does not have is neither edited nor removed nor moved, and nothing moves behind it', () => {
    given(drafted)
      .when('EditRow', { row: 'x', content: inputOf('x') })
      .thenRefused('row-absent');
    given(drafted).when('RemoveRow', { row: 'x' }).thenRefused('row-absent');
    given(drafted).when('MoveRow', { row: 'x', after: null }).thenRefused('row-absent');
    given(drafted, added('a', 1)).when('MoveRow', { row: 'a', after: 'x' }).thenRefused('row-absent');
    given(drafted, added('a', 1)).when('MoveRow', { row: 'a', after: 'a' }).thenRefused('row-behind-itself');
  });

  it('of a promulgated plan does not change', () => {
    const past = given(drafted, added('a', 1), promulgated);
    past.when('AddRows', { rows: [{ row: 'b', content: inputOf('x') }] }).thenRefused('not-a-draft');
    past.when('EditRow', { row: 'a', content: inputOf('x') }).thenRefused('not-a-draft');
    past.when('RemoveRow', { row: 'a' }).thenRefused('not-a-draft');
    past.when('MoveRow', { row: 'a', after: null }).thenRefused('not-a-draft');
  });
});

describe('a promulgation', () => {
  const leads = (...those: RowContent['leads']): Partial<RowContent> => ({ leads: those });
  const obliged = (...rows: Partial<RowContent>[]) =>
    given(drafted, ...rows.map((row, index) => added(`r${index}`, index + 1, row)))
      .when('PromulgatePlan', promulgation)
      .events()
      .map(({ data }) => (data as PlanEvents['PlanPromulgated']).obliged);

  it('counts from its day of effect and stores periods and obliged units', () => {
    const [made] = given(drafted, added('a', 1)).when('PromulgatePlan', promulgation).events();
    expect(made).toMatchObject({
      type: 'PlanPromulgated',
      on: '2026-01-01',
      data: {
        document,
        effect: '2026-01-01',
        obliged: [{ units: ['noi-vu'], rows: ['a'] }],
        periods: {
          once: [{ period: 1, cutoff: null, due: null }],
          quarterly: [
            { period: 1, cutoff: '2026-03-14', due: '2026-03-20' },
            { period: 2, cutoff: '2026-06-14', due: '2026-06-20' },
            { period: 3, cutoff: '2026-09-14', due: '2026-09-20' },
            { period: 4, cutoff: '2026-12-14', due: '2026-12-20' },
          ],
        },
      },
    });
    expect((made?.data as PlanEvents['PlanPromulgated']).periods.monthly).toHaveLength(12);
  });

  it('obliges each lead once, however it is reached', () =>
    expect(obliged(leads(noiVu, departments, noiVu))).toEqual([[{ units: ['noi-vu', 'y-te'], rows: ['r0'] }]]));

  it('takes nothing away from a lead that also coordinates', () =>
    expect(obliged({ ...leads(noiVu, yTe), coordinatingText: 'Sở Nội vụ' })).toEqual([
      [{ units: ['noi-vu', 'y-te'], rows: ['r0'] }],
    ]));

  it('stores rows that oblige the same units together', () =>
    expect(obliged(leads(noiVu), leads(departments), leads(yTe, noiVu))).toEqual([
      [
        { units: ['noi-vu'], rows: ['r0'] },
        { units: ['noi-vu', 'y-te'], rows: ['r1', 'r2'] },
      ],
    ]));

  it('is done once', () =>
    given(drafted, added('a', 1), promulgated).when('PromulgatePlan', promulgation).thenRefused('promulgated'));

  it('is refused without rows', () => given(drafted).when('PromulgatePlan', promulgation).thenRefused('no-rows'));

  it('is refused when a row obliges nobody', () =>
    given(drafted, added('a', 1, leads(communes)))
      .when('PromulgatePlan', promulgation)
      .thenRefused('row-obliges-nobody', { row: 'a', title: 'Nhiệm vụ a' }));

  it('is refused when a lead does not operate on the day of effect', () =>
    given(drafted, added('a', 1, leads(noiVu, { ...yTe, id: 'cu', name: 'Sở cũ' })))
      .when('PromulgatePlan', promulgation)
      .thenRefused('lead-not-operating', { row: 'a', lead: 'Sở cũ' }));

  it.each<[string, string, { document?: typeof document; effect?: Day }]>([
    ['request.document-empty', 'a document without a number', { document: { ...document, number: '' } }],
    ['request.no-such-day', 'a document of no day', { document: { ...document, date: '2025-02-30' } }],
    ['request.document-of-the-future', 'a document of tomorrow', { document: { ...document, date: '2025-12-25' } }],
    ['request.no-such-day', 'an effect of no day', { effect: '2026-01-32' }],
    ['effect-before-document', 'an effect before its document', { effect: '2025-12-21' }],
  ])('is refused (%s) with %s', (code, _, chosen) =>
    given(drafted, added('a', 1))
      .when('PromulgatePlan', { ...promulgation, ...chosen })
      .thenRefused(code),
  );

  it('is refused with a file that nobody handed in', () =>
    given(drafted, added('a', 1))
      .when('PromulgatePlan', promulgation, { facts: { missingFile: true } })
      .thenRefused('file.absent'));
});

describe('the plan of a higher level', () => {
  const above = {
    parent: { year: 2026, above: ['nation'] },
    planOfRow: (row: string) => (row === 'theirs' ? 'parent' : 'other'),
  };
  const child = event('PlanDrafted', { ...draftData, parent: 'parent' });

  it('is named at drafting, is another one, of the same year, and not below this one', () => {
    given()
      .when('DraftPlan', { ...wish, parent: 'parent', origin: 'last-year' }, { facts: above })
      .then(event('PlanDrafted', { ...draftData, parent: 'parent', origin: 'last-year' }));
    given()
      .when('DraftPlan', { ...wish, parent: 'parent' })
      .thenRefused('parent-absent');
    const draft = (parent: object, id = 'plan') =>
      given().when('DraftPlan', { ...wish, parent: 'parent' }, { id, facts: { ...above, ...parent } });
    draft({}, 'parent').thenRefused('parent-below');
    draft({ parent: { year: 2026, above: ['plan'] } }).thenRefused('parent-below');
    draft({ parent: { year: 2025, above: [] } }).thenRefused('parent-of-another-year');
  });

  it('is chosen and taken away while no row carries it out', () => {
    given(drafted)
      .when('ChooseParent', { parent: 'parent' }, { facts: above })
      .then(event('ParentChosen', { parent: 'parent' }));
    given(child).when('ChooseParent', { parent: 'parent' }, { facts: above }).thenNothing();
    given(child)
      .when('ChooseParent', { parent: null })
      .then(event('ParentChosen', { parent: null }));
    given(child, added('a', 1, { parentRow: 'theirs' }))
      .when('ChooseParent', { parent: null })
      .thenRefused('rows-carry-out-the-parent', { row: 'a' });
    given(drafted, promulgated).when('ChooseParent', { parent: null }).thenRefused('not-a-draft');
    given(drafted).when('ChooseParent', { parent: 'gone' }).thenRefused('parent-absent');
  });

  it('has the rows that rows carry out', () => {
    const rows = (parentRow: string | null) => ({
      rows: [{ row: 'a', content: inputOf('Nhiệm vụ a', { parentRow }) }],
    });
    given(child)
      .when('AddRows', rows('theirs'), { facts: above })
      .then(added('a', 1, { parentRow: 'theirs' }));
    given(child).when('AddRows', rows(null), { facts: above }).then(added('a', 1));
    given(child).when('AddRows', rows('elsewhere'), { facts: above }).thenRefused('not-a-row-of-the-parent');
    given(drafted).when('AddRows', rows('theirs'), { facts: above }).thenRefused('not-a-row-of-the-parent');
  });

  it('keeps what a row carries out when an edit says nothing of it, and loses it when it is taken away', () => {
    const before = [child, added('a', 1, { parentRow: 'theirs' })] as const;
    const edit = (chosen: Partial<RowInput>) => ({ row: 'a', content: inputOf('Nhiệm vụ a', chosen) });
    given(...before)
      .when('EditRow', edit({ note: 'x' }))
      .then(event('RowEdited', { row: 'a', content: contentOf('Nhiệm vụ a', { note: 'x', parentRow: 'theirs' }) }));
    given(...before)
      .when('EditRow', edit({ parentRow: null }))
      .then(event('RowEdited', { row: 'a', content: contentOf('Nhiệm vụ a') }));
    given(...before)
      .when('EditRow', edit({}))
      .thenNothing();
  });
});

describe('a row that copies another', () => {
  it('names it', () =>
    given(drafted)
      .when('AddRows', { rows: [{ row: 'a', content: inputOf('Nhiệm vụ a'), origin: 'old' }] })
      .then(event('RowAdded', { row: 'a', rank: 1, content: contentOf('Nhiệm vụ a'), origin: 'old' })));
});

describe('what units owe', () => {
  const on: Day = '2026-03-01';
  const handover = { kind: 'Quyết định', number: '0321/QĐ-UBND', date: '2026-03-04' };
  const reason = { id: 'text', hash: 'hash' };
  const running = [
    drafted,
    added('a', 1),
    added('b', 2),
    event(
      'PlanPromulgated',
      {
        document,
        effect: '2026-01-01',
        obliged: [{ units: ['noi-vu', 'y-te'], rows: ['a', 'b'] }],
        periods: { once: [], quarterly: [], monthly: [] },
      },
      '2026-01-01',
    ),
  ];
  const heir: Partial<PlanFacts> = { operates: (unit) => unit === 'moi' };
  const hand = (entry: string, row: string, from: string, to = 'moi') =>
    ({ act: 'transfer', entry, row, from, to }) as const;
  const end = (entry: string, row: string, from: string) => ({ act: 'end', entry, row, from }) as const;
  const settling = { on, document: handover };
  const later = { today: '2026-03-05', facts: heir } as const;
  const transferred = (entry: string, row: string, from: string, inherits: boolean) =>
    event('ObligationTransferred', { entry, row, from, to: 'moi', inherits, document: handover, reason }, on);

  it('is transferred and ended in one act, each behind the ones before', () =>
    given(...running)
      .when(
        'SettleObligations',
        {
          ...settling,
          items: [
            hand('e1', 'a', 'noi-vu'),
            hand('e2', 'a', 'y-te'),
            hand('e3', 'b', 'y-te'),
            end('e4', 'b', 'noi-vu'),
          ],
          reason,
        },
        later,
      )
      .then(
        transferred('e1', 'a', 'noi-vu', true),
        // The successor owes row a by then, once, with what either of them has had accepted.
        transferred('e2', 'a', 'y-te', true),
        transferred('e3', 'b', 'y-te', true),
        event('ObligationEnded', { entry: 'e4', row: 'b', unit: 'noi-vu', reason, document: handover }, on),
      ));

  it('is settled once: what is recorded already is left out', () =>
    given(...running, transferred('e1', 'a', 'noi-vu', true))
      .when(
        'SettleObligations',
        { ...settling, items: [hand('e1', 'a', 'noi-vu'), hand('e2', 'b', 'y-te')], reason },
        later,
      )
      .then(transferred('e2', 'b', 'y-te', true)));

  it.each<[string, readonly ReturnType<typeof hand | typeof end>[], string]>([
    ['twice in one act', [hand('e1', 'a', 'y-te'), hand('e2', 'a', 'y-te')], 'nothing-owed'],
    ['to the unit that owes it', [hand('e1', 'a', 'y-te', 'y-te')], 'transfer-to-itself'],
    ['to a unit that does not operate', [hand('e1', 'a', 'y-te', 'noi-vu')], 'successor-not-operating'],
    ['by who owes nothing', [end('e1', 'a', 'tinh')], 'nothing-owed'],
    ['of a row that is not there', [hand('e1', 'x', 'y-te')], 'row-absent'],
    [
      'of more than fit into one append',
      Array.from({ length: SETTLED_AT_ONCE + 1 }, (_, n) => end(`e${n}`, 'a', 'y-te')),
      'too-many-obligations',
    ],
  ])('is not settled %s', (_, items, code) =>
    given(...running)
      .when('SettleObligations', { ...settling, items: [...items], reason }, later)
      .thenRefused(code),
  );

  it('is not settled without a document that has come, nor ended without a reason', () => {
    const items = [end('e1', 'a', 'y-te')];
    given(...running)
      .when('SettleObligations', { ...settling, items }, later)
      .thenRefused('request.reason-missing');
    given(...running)
      .when('SettleObligations', { on, document: { ...handover, date: '2026-03-06' }, items, reason }, later)
      .thenRefused('request.document-of-the-future');
    given(drafted, added('a', 1))
      .when('SettleObligations', { ...settling, items, reason }, later)
      .thenRefused('not-promulgated');
  });
});
