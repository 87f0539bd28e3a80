import { eventsOf, type Day } from '#kernel';
import { shippedRules } from '../../../tests/support/rule-sets.js';
import { rulesOf } from '../../../tests/support/rules.js';
import { plan, type AmendmentWish, type PlanFacts, type RowInput } from './plan.decider.js';
import type { PlanEvents, RowContent } from './plan.events.js';

const event = eventsOf<PlanEvents>();
const UNITS = ['tinh', 'noi-vu', 'y-te', 'tai-chinh'];
const facts: PlanFacts = {
  ...{
    operates: (unit) => UNITS.includes(unit),
    missingFile: false,
    workBegun: false,
    workBehind: new Map(),
    codes: new Set(),
    ruleSets: [shippedRules],
    parent: null,
    planOfRow: () => undefined,
  },
  members: (unitClass) => (unitClass === 'so' ? ['noi-vu', 'y-te', 'tai-chinh'] : undefined),
};
const { given } = rulesOf(plan, { today: '2026-07-10', facts });

const unit = (id: string) => ({ kind: 'unit' as const, id, name: id });
const inputOf = (title: string, chosen: Partial<RowInput> = {}): RowInput => ({
  ...{ field: 'CDDH', code: 'I.1', title, deliverable: '', leads: [unit('noi-vu')], leadsText: 'noi-vu' },
  ...{ coordinatingText: '', deadline: '30/9/2026', funding: '', note: '', mode: { kind: 'all' } },
  ...chosen,
});
const contentOf = (title: string, chosen: Partial<RowContent> = {}): RowContent => ({
  ...(inputOf(title) as Omit<RowInput, 'parentRow'>),
  ...{ due: '2026-09-30', rule: 'date', cycle: 'once', milestones: [] },
  ...chosen,
});

const document = { kind: 'Quyết định', number: '0412/QĐ-UBND', date: '2026-07-10' };
const reason = { id: 'reason', hash: 'hash' };
const before = [
  event('PlanDrafted', {
    ...{ unit: 'tinh', year: 2026, kind: 'cchc', sequence: 1, code: 'CCHC-2026', title: 'Kế hoạch' },
    ...{ fieldSet: '2021', ruleSet: '2021', headline: 'completed' as const },
  }),
  event('RowAdded', { row: 'a', rank: 1, content: contentOf('Nhiệm vụ a') }),
  event('RowAdded', { row: 'b', rank: 2, content: contentOf('Nhiệm vụ b', { field: 'CCTC' }) }),
];
const promulgated = event(
  'PlanPromulgated',
  {
    document: { ...document, date: '2025-12-22' },
    effect: '2026-01-01',
    obliged: [{ units: ['noi-vu'], rows: ['a', 'b'] }],
    periods: { once: [{ period: 1, cutoff: null, due: null }], quarterly: [], monthly: [] },
  },
  '2026-01-01',
);
const running = [...before, promulgated];
const wish = (chosen: Partial<AmendmentWish>, effect: Day = '2026-07-15') => ({
  ...{ document, effect, added: [], changed: [], removed: [] },
  ...chosen,
});
const closed = event('PlanClosed', { entry: 'x', document }, '2026-07-01');

describe('an amendment', () => {
  it('stores what it names: rows added, changed and removed, who begins to owe them and who ceases', () =>
    given(...running)
      .when(
        'AmendPlan',
        wish({
          added: [{ row: 'c', content: inputOf('Nhiệm vụ c', { leads: [unit('y-te')] }) }],
          changed: [{ row: 'a', content: inputOf('Nhiệm vụ a', { leads: [unit('y-te')] }) }],
          removed: ['b'],
        }),
      )
      .then(
        event(
          'PlanAmended',
          {
            entry: 'entry',
            document,
            effect: '2026-07-15',
            added: [{ row: 'c', rank: 2, content: contentOf('Nhiệm vụ c', { leads: [unit('y-te')] }) }],
            changed: [{ row: 'a', content: contentOf('Nhiệm vụ a', { leads: [unit('y-te')] }) }],
            removed: ['b'],
            obliged: [{ units: ['y-te'], rows: ['a', 'c'] }],
            ended: [{ row: 'a', units: ['noi-vu'] }],
          },
          '2026-07-15',
        ),
      ));

  it('puts a row behind the last of its field, or where it is told', () => {
    const rank = (chosen: object): unknown =>
      (
        given(...running)
          .when('AmendPlan', wish({ added: [{ row: 'c', content: inputOf('Nhiệm vụ c'), ...chosen }] }))
          .events()[0]?.data as PlanEvents['PlanAmended']
      ).added[0]?.rank;
    expect([rank({}), rank({ after: 'b' }), rank({ after: null })]).toEqual([1.5, 3, 0]);
  });

  it('that says what the plan says already is nothing', () =>
    given(...running)
      .when('AmendPlan', wish({ changed: [{ row: 'a', content: inputOf('Nhiệm vụ a') }] }))
      .thenNothing());

  it('lets two rows exchange their titles', () =>
    expect(
      given(...running)
        .when(
          'AmendPlan',
          wish({
            changed: [
              { row: 'a', content: inputOf('Nhiệm vụ b', { field: 'CCTC' }) },
              { row: 'b', content: inputOf('Nhiệm vụ a') },
            ],
          }),
        )
        .events(),
    ).toHaveLength(1));

  it('changes a row of which another is called the same but for signs since former times', () =>
    expect(
      given(...before, event('RowAdded', { row: 'c', rank: 3, content: contentOf('Nhiệm vụ a.') }), promulgated)
        .when('AmendPlan', wish({ changed: [{ row: 'c', content: inputOf('Nhiệm vụ a.', { note: 'mới' }) }] }))
        .events(),
    ).toHaveLength(1));

  it.each<[string, Partial<AmendmentWish>, Day | undefined]>([
    ['row-named-twice', { changed: [{ row: 'a', content: inputOf('Khác') }], removed: ['a'] }, undefined],
    ['row-absent', { removed: ['z'] }, undefined],
    ['row-twice', { changed: [{ row: 'a', content: inputOf('Nhiệm vụ b', { field: 'CCTC' }) }] }, undefined],
    ['row-twice', { added: [{ row: 'c', content: inputOf('Nhiệm vụ a.') }] }, undefined],
    ['row-known', { added: [{ row: 'a', content: inputOf('Khác') }] }, undefined],
    [
      'cycle-is-fixed',
      { changed: [{ row: 'a', content: inputOf('Nhiệm vụ a', { deadline: 'Hằng quý' }) }] },
      undefined,
    ],
    ['no-period-left', { added: [{ row: 'c', content: inputOf('Mới', { deadline: 'Hằng tháng' }) }] }, '2026-12-15'],
    ['no-rows', { removed: ['a', 'b'] }, undefined],
    ['unknown-lead', { added: [{ row: 'c', content: inputOf('Mới', { leads: [unit('cu')] }) }] }, undefined],
    ['effect-before-document', { removed: ['a'] }, '2026-07-09'],
    ['effect-too-far', { removed: ['a'] }, '2062-07-10'],
    ['impossible-date', { added: [{ row: 'c', content: inputOf('Mới', { deadline: '31/02/2026' }) }] }, undefined],
  ])('is refused: %s', (code, chosen, effect) =>
    given(...running)
      .when('AmendPlan', wish(chosen, effect))
      .thenRefused(code),
  );

  it('leaves what was handed on or ended as it is where the leads stay', () => {
    const handed = event(
      'ObligationTransferred',
      { entry: 't', row: 'a', from: 'noi-vu', to: 'y-te', inherits: true, document },
      '2026-07-01',
    );
    const over = event('ObligationEnded', { entry: 'e', row: 'b', unit: 'noi-vu', reason }, '2026-07-01');
    const said = (row: string, chosen: Partial<RowInput>) =>
      given(...running, handed, over)
        .when('AmendPlan', wish({ changed: [{ row, content: inputOf(`Nhiệm vụ ${row}`, chosen) }] }))
        .events()[0]?.data;
    expect(said('a', { note: 'Ghi chú.' })).toMatchObject({ obliged: [], ended: [] });
    expect(said('b', { field: 'CCTC', note: 'Ghi chú.' })).toMatchObject({ obliged: [], ended: [] });
    expect(said('a', { leads: [unit('noi-vu'), unit('tai-chinh')] })).toMatchObject({
      obliged: [{ units: ['noi-vu', 'tai-chinh'], rows: ['a'] }],
      ended: [{ row: 'a', units: ['y-te'] }],
    });
  });

  it('takes effect no earlier than the last one', () => {
    const first = event(
      'PlanAmended',
      { entry: 'x', document, effect: '2026-08-01', added: [], changed: [], removed: ['b'], obliged: [], ended: [] },
      '2026-08-01',
    );
    given(...running, first)
      .when('AmendPlan', wish({ changed: [{ row: 'a', content: inputOf('Khác') }] }))
      .thenRefused('amendment-out-of-order', { effect: '2026-08-01' });
  });

  it('is of a plan that runs', () => {
    given()
      .when('AmendPlan', wish({ removed: ['a'] }))
      .thenRefused('absent');
    given(...before)
      .when('AmendPlan', wish({ removed: ['a'] }))
      .thenRefused('not-promulgated');
    given(...running, closed)
      .when('AmendPlan', wish({ removed: ['a'] }))
      .thenRefused('closed');
  });
});

describe('an obligation', () => {
  const transfer = { row: 'a', from: 'noi-vu', to: 'y-te', on: '2026-07-01', document };
  const transferred = (entry: string, from: string, to: string, on: Day = '2026-07-01') =>
    event('ObligationTransferred', { entry, row: 'a', from, to, inherits: true, document }, on);

  it('is handed on with what was accepted of it', () =>
    given(...running)
      .when('TransferObligation', transfer)
      .then(transferred('entry', 'noi-vu', 'y-te')));

  it('handed on to a unit that owes the row already leaves that one its own work', () => {
    const both = event(
      'PlanAmended',
      {
        ...{ entry: 'x', document, effect: '2026-02-01', added: [], changed: [], removed: [] },
        ...{ obliged: [{ units: ['y-te'], rows: ['a'] }], ended: [] },
      },
      '2026-02-01',
    );
    expect(
      given(...running, both)
        .when('TransferObligation', transfer)
        .events(),
    ).toEqual([expect.objectContaining({ data: expect.objectContaining({ inherits: false }) })]);
  });

  it.each([
    ['transfer-to-itself', { to: 'noi-vu' }],
    ['nothing-owed', { from: 'y-te', to: 'tai-chinh' }],
    ['nothing-owed', { on: '2025-12-31' }],
    ['successor-not-operating', { to: 'cu' }],
    ['row-absent', { row: 'z' }],
  ])('is not handed on: %s', (code, chosen) =>
    given(...running)
      .when('TransferObligation', { ...transfer, ...chosen })
      .thenRefused(code),
  );

  it('ends, and is owed no more from that day', () => {
    const end = { row: 'a', unit: 'noi-vu', on: '2026-07-01', reason };
    const ended = event('ObligationEnded', { entry: 'entry', row: 'a', unit: 'noi-vu', reason }, '2026-07-01');
    given(...running)
      .when('EndObligation', end)
      .then(ended);
    given(...running, ended)
      .when('EndObligation', { ...end, on: '2026-07-05' })
      .thenRefused('nothing-owed');
    expect(
      given(...running, ended)
        .when('EndObligation', { ...end, on: '2026-06-01' })
        .events(),
    ).toHaveLength(1);
  });

  it('is where it was once a transfer is withdrawn, the last one first', () => {
    const chain = [transferred('t1', 'noi-vu', 'y-te'), transferred('t2', 'y-te', 'tai-chinh', '2026-07-05')];
    given(...running, ...chain)
      .when('WithdrawPlanAct', { act: 't1', reason })
      .thenRefused('breaks-later-act', { entry: 't2' });
    const withdrawn = { entry: 'entry', act: 't2', row: 'a', units: ['y-te', 'tai-chinh'], reason };
    given(...running, ...chain)
      .when('WithdrawPlanAct', { act: 't2', reason })
      .then(event('PlanActWithdrawn', withdrawn));
    given(...running, ...chain, event('PlanActWithdrawn', withdrawn))
      .when('WithdrawPlanAct', { act: 't2', reason })
      .thenNothing();
    expect(
      given(...running, ...chain, event('PlanActWithdrawn', withdrawn))
        .when('WithdrawPlanAct', { act: 't1', reason })
        .events(),
    ).toHaveLength(1);
    given(...running, ...chain, event('PlanActWithdrawn', withdrawn))
      .when('TransferObligation', { ...transfer, from: 'tai-chinh', to: 'noi-vu', on: '2026-07-08' })
      .thenRefused('nothing-owed');
    given(...running)
      .when('WithdrawPlanAct', { act: 't1', reason })
      .thenRefused('entry.absent');
  });

  it('keeps its heir once that has reported, unless the heir owes it by itself', () => {
    const workBehind = new Map([
      ['noi-vu', 'r0'],
      ['y-te', 'r1'],
    ]);
    given(...running, transferred('t1', 'noi-vu', 'y-te'))
      .when('WithdrawPlanAct', { act: 't1', reason }, { facts: { workBehind } })
      .thenRefused('work-behind', { entry: 'r1', unit: 'y-te' });
    const chain = [transferred('t1', 'noi-vu', 'y-te'), transferred('t2', 'y-te', 'noi-vu', '2026-07-05')];
    expect(
      given(...running, ...chain)
        .when('WithdrawPlanAct', { act: 't2', reason }, { facts: { workBehind } })
        .events(),
    ).toHaveLength(1);
  });

  const amended = (on: Day) => {
    const changed = [{ row: 'a', content: contentOf('Nhiệm vụ a', { leads: [unit('y-te')] }) }];
    return event(
      'PlanAmended',
      { entry: 'x', document, effect: on, added: [], changed, removed: [], obliged: [], ended: [] },
      on,
    );
  };

  it('stays with its heir behind an amendment that found it there', () => {
    given(...running, transferred('t1', 'noi-vu', 'y-te'), amended('2026-07-05'))
      .when('WithdrawPlanAct', { act: 't1', reason })
      .thenRefused('breaks-later-act', { entry: 'x' });
    expect(
      given(...running, transferred('t1', 'noi-vu', 'y-te', '2026-07-06'), amended('2026-07-05'))
        .when('WithdrawPlanAct', { act: 't1', reason })
        .events(),
    ).toHaveLength(1);
    given(...running, amended('2026-07-05'))
      .when('WithdrawPlanAct', { act: 'x a', reason })
      .thenRefused('entry.absent');
  });

  it('is not handed on before a day on which something else was said of either unit', () => {
    const later = transferred('t1', 'noi-vu', 'tai-chinh', '2026-07-05');
    given(...running, later)
      .when('TransferObligation', transfer)
      .thenRefused('later-act-stands', { entry: 't1', on: '2026-07-05' });
    given(...running, later)
      .when('EndObligation', { row: 'a', unit: 'noi-vu', on: '2026-07-01', reason })
      .thenRefused('later-act-stands', { entry: 't1' });
    const begins = event(
      'PlanAmended',
      {
        ...{ entry: 'x', document, effect: '2026-08-01', added: [], changed: [], removed: [], ended: [] },
        obliged: [{ units: ['y-te'], rows: ['a'] }],
      },
      '2026-08-01',
    );
    given(...running, begins)
      .when('TransferObligation', transfer)
      .thenRefused('later-act-stands', { entry: 'x', unit: 'y-te' });
  });

  it('of a row that an amendment removes later is handed on, ended and taken back until then', () => {
    const removal = event(
      'PlanAmended',
      { entry: 'x', document, effect: '2026-08-01', added: [], changed: [], removed: ['a'], obliged: [], ended: [] },
      '2026-08-01',
    );
    const end = { row: 'a', unit: 'noi-vu', on: '2026-07-31', reason };
    given(...running, removal)
      .when('TransferObligation', { ...transfer, on: '2026-07-31' })
      .then(transferred('entry', 'noi-vu', 'y-te', '2026-07-31'));
    given(...running, removal)
      .when('EndObligation', end)
      .then(event('ObligationEnded', { entry: 'entry', row: 'a', unit: 'noi-vu', reason }, '2026-07-31'));
    given(...running, removal)
      .when('TransferObligation', { ...transfer, on: '2026-08-01' })
      .thenRefused('row-absent');
    given(...running, removal)
      .when('EndObligation', { ...end, on: '2026-08-01' })
      .thenRefused('row-absent');
    const handed = [removal, transferred('t1', 'noi-vu', 'y-te', '2026-07-20')];
    given(...running, ...handed)
      .when('EndObligation', end)
      .thenRefused('nothing-owed');
    given(...running, ...handed)
      .when('EndObligation', { ...end, unit: 'y-te', on: '2026-08-01' })
      .thenRefused('row-absent');
    given(...running, ...handed)
      .when('AmendPlan', wish({ changed: [{ row: 'a', content: inputOf('Khác') }] }, '2026-08-01'))
      .thenRefused('row-absent');
    given(...running, ...handed)
      .when('AmendPlan', wish({ added: [{ row: 'a', content: inputOf('Khác') }] }, '2026-08-01'))
      .thenRefused('row-known');
    given(...running, ...handed)
      .when('WithdrawPlanAct', { act: 't1', reason })
      .then(event('PlanActWithdrawn', { entry: 'entry', act: 't1', row: 'a', units: ['noi-vu', 'y-te'], reason }));
    const again = event('PromulgationWithdrawn', { entry: 'w', promulgation: 1, reason });
    const { document: plans, effect, periods } = promulgated.data as PlanEvents['PlanPromulgated'];
    const obliged = [{ units: ['noi-vu'], rows: ['b'] }];
    const others = event('PlanPromulgated', { document: plans, effect, obliged, periods }, effect);
    given(...running, removal, again, others)
      .when('TransferObligation', transfer)
      .thenRefused('row-absent');
  });

  it('that is handed on later is taken from nobody before', () => {
    const later = transferred('t1', 'noi-vu', 'y-te', '2026-08-01');
    const becomes = (lead: string) =>
      wish({ changed: [{ row: 'a', content: inputOf('Nhiệm vụ a', { leads: [unit(lead)], note: 'mới' }) }] });
    given(...running, later)
      .when('AmendPlan', becomes('tai-chinh'))
      .thenRefused('later-act-stands', { entry: 't1', unit: 'noi-vu', on: '2026-08-01' });
    expect(
      given(...running, later)
        .when('AmendPlan', becomes('noi-vu'))
        .events(),
    ).toHaveLength(1);
  });
});

describe('a promulgation by mistake', () => {
  it('is withdrawn while nobody has begun, and the plan is a draft again', () => {
    const withdrawn = event('PromulgationWithdrawn', { entry: 'entry', promulgation: 1, reason });
    given(...running)
      .when('WithdrawPromulgation', { reason })
      .then(withdrawn);
    given(...running, withdrawn)
      .when('RemoveRow', { row: 'b' })
      .then(event('RowRemoved', { row: 'b' }));
    given(...running, withdrawn, promulgated)
      .when('WithdrawPromulgation', { reason })
      .then(event('PromulgationWithdrawn', { entry: 'entry', promulgation: 2, reason }));
  });

  it('stays once work has begun', () =>
    given(...running)
      .when('WithdrawPromulgation', { reason }, { facts: { workBegun: true } })
      .thenRefused('work-begun'));

  it('is refused where there is none, or behind the closing', () => {
    given(...before)
      .when('WithdrawPromulgation', { reason })
      .thenRefused('not-promulgated');
    given(...running, closed)
      .when('WithdrawPromulgation', { reason })
      .thenRefused('closed');
  });
});

describe('the closing of a plan', () => {
  const closing = { document, on: '2026-07-08' };

  it('is of a day that has come', () => {
    given(...running)
      .when('ClosePlan', closing)
      .then(event('PlanClosed', { entry: 'entry', document }, '2026-07-08'));
    given(...running)
      .when('ClosePlan', { ...closing, on: '2026-07-11' })
      .thenRefused('closing-of-the-future');
    given(...running)
      .when('ClosePlan', { ...closing, on: '2025-12-31' })
      .thenRefused('closing-before-effect');
    given(...running, closed)
      .when('ClosePlan', closing)
      .thenRefused('closed');
  });

  it('is taken back, and the plan runs on', () => {
    const again = event('ClosingWithdrawn', { entry: 'entry', reason });
    given(...running, closed)
      .when('WithdrawClosing', { reason })
      .then(again);
    given(...running)
      .when('WithdrawClosing', { reason })
      .thenRefused('not-closed');
    expect(
      given(...running, closed, again)
        .when('ClosePlan', closing)
        .events(),
    ).toHaveLength(1);
  });

  it('lets what was recorded in error be taken back with a document', () => {
    const transferred = event(
      'ObligationTransferred',
      { entry: 't1', row: 'a', from: 'noi-vu', to: 'y-te', inherits: true, document },
      '2026-07-01',
    );
    given(...running, transferred, closed)
      .when('WithdrawPlanAct', { act: 't1', reason })
      .thenRefused('closed');
    expect(
      given(...running, transferred, closed)
        .when('WithdrawPlanAct', { act: 't1', reason, document })
        .events(),
    ).toHaveLength(1);
  });
});
