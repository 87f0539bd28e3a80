import { eventsOf } from '#kernel';
import { shippedRules } from '../../../tests/support/rule-sets.js';
import { rulesOf } from '../../../tests/support/rules.js';
import { plan, type PlanFacts, type PlanRules } from './plan.decider.js';
import type { PlanEvents, RowContent } from './plan.events.js';

const event = eventsOf<PlanEvents>();
const working: PlanRules = { ...shippedRules, version: '2026-1', since: 2026, dayOff: 'next-working-day' };
const facts: PlanFacts = {
  operates: () => true,
  members: () => undefined,
  missingFile: false,
  workBegun: false,
  workBehind: new Map(),
  parent: null,
  planOfRow: () => undefined,
  codes: new Set(),
  ruleSets: [
    shippedRules,
    working,
    { ...shippedRules, version: '2026-2', since: 2026, yearsAfter: 0, headline: 'started' },
    { ...working, version: '2027', since: 2027 },
  ],
};
const { given } = rulesOf(plan, { today: '2026-06-30', facts });

const contentOf = (deadline: string, due: string | null, chosen: Partial<RowContent> = {}): RowContent => ({
  field: 'CDDH',
  code: 'I.1',
  title: `Nhiệm vụ ${deadline}`,
  deliverable: '',
  leads: [{ kind: 'unit', id: 'so', name: 'Sở Nội vụ' }],
  leadsText: 'Sở Nội vụ',
  coordinatingText: '',
  deadline,
  due,
  rule: 'date',
  cycle: 'once',
  milestones: [],
  funding: '',
  note: '',
  mode: { kind: 'all' },
  ...chosen,
});
const wish = { unit: 'tinh', year: 2026, kind: 'cchc', sequence: 1, title: 'Kế hoạch' };
const drafted = (ruleSet = '2021') =>
  event('PlanDrafted', { ...wish, code: 'CCHC-2026', fieldSet: '2021', ruleSet, headline: 'completed' });
const added = (row: string, content: RowContent) => event('RowAdded', { row, rank: 1, content });
const quarterly = { rule: 'recurring-quarterly', cycle: 'quarterly' as const };
const draft = [
  drafted(),
  added('sat', contentOf('20/6/2026', '2026-06-20')),
  added('sat-too', contentOf('20/06/2026', '2026-06-20')),
  added('tue', contentOf('30/6/2026', '2026-06-30')),
  added('quarters', contentOf('Hằng quý', '2026-12-31', quarterly)),
  added(
    'split',
    contentOf('Kế hoạch trước 31/01; kết quả 30/9/2026', '2026-09-30', {
      rule: 'parts',
      milestones: [{ text: 'Kế hoạch trước 31/01', due: '2026-01-31' }],
    }),
  ),
];
const promulgated = event(
  'PlanPromulgated',
  {
    document: { kind: 'Kế hoạch', number: '0257/KH-UBND', date: '2025-12-22' },
    effect: '2026-01-01',
    obliged: [],
    periods: { once: [], quarterly: [], monthly: [] },
  },
  '2026-01-01',
);
const document = { kind: 'Quyết định', number: '0112/QĐ-UBND', date: '2026-06-15' };
const apply = (chosen: object = {}) => ({ version: '2026-1', document, effect: '2026-07-01', ...chosen });
const running = [...draft, promulgated];
const due = (index: number, chosen: { cutoff: string; due: string }) => ({ period: index, ...chosen });
const moved = {
  entry: 'entry',
  ruleSet: '2026-1',
  dues: [{ before: '2026-06-20', due: '2026-06-22', rule: 'date', rows: ['sat', 'sat-too'] }],
  milestones: [{ row: 'split', milestones: [{ text: 'Kế hoạch trước 31/01', due: '2026-02-02' }] }],
  periods: {
    quarterly: [
      due(1, { cutoff: '2026-03-14', due: '2026-03-20' }),
      due(2, { cutoff: '2026-06-14', due: '2026-06-22' }),
      due(3, { cutoff: '2026-09-14', due: '2026-09-21' }),
      due(4, { cutoff: '2026-12-14', due: '2026-12-21' }),
    ],
    monthly: expect.any(Array) as never,
  },
};

describe('a plan', () => {
  it.each([
    [2026, '2026-2', 'started'],
    [2025, '2021', 'completed'],
    [2028, '2027', 'completed'],
    [2012, '2021', 'completed'],
  ])('of %s is drafted with the newest rule set that applies: %s', (year, ruleSet, headline) =>
    expect(
      given()
        .when('DraftPlan', { ...wish, year })
        .events(),
    ).toEqual([expect.objectContaining({ data: expect.objectContaining({ ruleSet, headline }) })]),
  );

  it('reads a new row by the rule set with which it was drafted', () => {
    const input = { ...contentOf('20/6/2026', null), title: 'Báo cáo' };
    const [first] = given(drafted('2026-1'))
      .when('AddRows', { rows: [{ row: 'r', content: input }] })
      .events();
    expect(first).toMatchObject({ type: 'RowAdded', data: { content: { due: '2026-06-22' } } });
  });
});

describe('another rule set', () => {
  it('on a draft reads its rows anew', () =>
    given(...draft)
      .when('ApplyRuleSet', { version: '2026-1' })
      .then(event('RuleSetApplied', moved)));

  it('under a running plan is in force from a day of effect, by a document', () =>
    given(...running)
      .when('ApplyRuleSet', apply())
      .then(event('RuleSetApplied', { ...moved, document, effect: '2026-07-01' }, '2026-07-01')));

  it('that is applied already is nothing; what was moved is the plan’s from then on', () => {
    const applied = event('RuleSetApplied', { ...moved, document, effect: '2026-07-01' }, '2026-07-01');
    given(...running, applied)
      .when('ApplyRuleSet', apply())
      .thenNothing();
    const [back] = given(...running, applied)
      .when('ApplyRuleSet', apply({ version: '2021', effect: '2026-07-02' }))
      .events();
    expect(back).toMatchObject({
      on: '2026-07-02',
      data: {
        ruleSet: '2021',
        dues: [{ before: '2026-06-22', due: '2026-06-20', rule: 'date', rows: ['sat', 'sat-too'] }],
      },
    });
  });

  it.each<[string, object, string]>([
    ['a document', { document: undefined }, 'rule-set-needs-document'],
    ['a day of effect', { effect: undefined }, 'rule-set-needs-document'],
    ['a document that has come', { document: { ...document, date: '2026-07-01' } }, 'request.document-of-the-future'],
    ['a day that exists', { effect: '2026-06-31' }, 'request.no-such-day'],
    ['a day not before its document', { effect: '2026-06-14' }, 'effect-before-document'],
    ['a day not years behind its document', { effect: '2062-06-15' }, 'effect-too-far'],
    ['a rule set that there is', { version: 'none' }, 'rulebook.rule-set-absent'],
    ['a rule set for its year', { version: '2027' }, 'rule-set-of-later-plans'],
  ])('under a running plan needs %s', (_, chosen, code) =>
    given(...running)
      .when('ApplyRuleSet', apply(chosen))
      .thenRefused(code),
  );

  it('follows the last act on the annex', () => {
    const applied = event('RuleSetApplied', { ...moved, document, effect: '2026-07-01' }, '2026-07-01');
    given(...running, applied)
      .when('ApplyRuleSet', apply({ version: '2021', effect: '2026-06-30' }))
      .thenRefused('amendment-out-of-order', { effect: '2026-07-01' });
  });

  it('that cannot read a row is refused, naming it', () =>
    given(...draft, added('far', contentOf('Tháng 01/2027', '2027-01-31', { rule: 'month' })))
      .when('ApplyRuleSet', { version: '2026-2' })
      .thenRefused('deadline-unreadable-then', { row: 'far', deadline: 'Tháng 01/2027', rows: 1 }));

  it('is for plans that there are and that are not closed', () => {
    given().when('ApplyRuleSet', apply()).thenRefused('absent');
    const closed = event('PlanClosed', { entry: 'c', document }, '2026-06-30');
    given(...running, closed)
      .when('ApplyRuleSet', apply())
      .thenRefused('closed');
  });
});
