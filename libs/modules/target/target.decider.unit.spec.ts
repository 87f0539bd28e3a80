import { eventsOf, type Proposed } from '#kernel';
import { rulesOf } from '../../../tests/support/rules.js';
import { target, type ReadingInput, type TargetInput } from './target.decider.js';
import type { Reading, TargetContent, TargetEvents } from './target.events.js';

const happened = eventsOf<TargetEvents>();
const rules = rulesOf(target, {
  today: '2026-12-31',
  facts: {
    plan: { year: 2026, status: 'draft', fields: ['CDDH', 'CCTC'] },
    operates: (unit) => unit === 'snv' || unit === 'syt',
    taken: () => false,
    actorsUnit: 'snv',
    coordinates: false,
    missingFiles: [],
  },
});

const source = { publisher: 'Bộ Nội vụ', place: 'Cổng Dịch vụ công quốc gia' };
const input = (chosen: Partial<TargetInput> = {}): TargetInput => ({
  title: 'Chỉ số hài lòng (SIPAS)',
  field: null,
  goal: { kind: 'at-least', value: '90', unit: '%' },
  leads: ['snv'],
  note: '',
  ...chosen,
});
const content = (chosen: Partial<TargetContent> = {}): TargetContent => ({
  title: 'Chỉ số hài lòng (SIPAS)',
  field: null,
  goal: { kind: 'at-least', value: '90', unit: '%' },
  leads: ['snv'],
  note: '',
  ...chosen,
});
const isSet = happened('TargetSet', { plan: 'plan', year: 2026, content: content() }, '2025-12-24');
const setTo = (chosen: Partial<TargetContent>) =>
  happened('TargetSet', { plan: 'plan', year: 2026, content: content(chosen) }, '2025-12-24');
const value = (chosen: Partial<ReadingInput> = {}): ReadingInput => ({
  value: { number: '91.2' },
  qualifier: 'exact',
  source,
  on: '2026-12-31',
  ...chosen,
});
const reading = (chosen: Partial<Reading> = {}): Reading => ({
  value: { number: '91.2' },
  qualifier: 'exact',
  source,
  ...chosen,
});
const reported = (chosen: Partial<Reading> = {}, entry = 'value') =>
  happened('ValueReported', { entry, plan: 'plan', reading: reading(chosen) }, '2026-06-30');
const document = { kind: 'Quyết định', number: '0310/QĐ-UBND', date: '2026-03-02' };
const promulgated = { facts: { plan: { year: 2026, status: 'in-force' as const, fields: ['CDDH'] } } };
const reason = { id: 'text', hash: 'hash' };
const groups = ['Thấp', 'Trung bình thấp', 'Trung bình cao', 'Cao'];
const ranked = { goal: { kind: 'rank-at-most' as const, rank: 40, of: 63 } };

describe('a target', () => {
  it('of a draft belongs to the plan from the first day of its year, or from now where that is ahead', () => {
    const set = { plan: 'plan', content: input() };
    rules
      .given()
      .when('SetTarget', set)
      .then(happened('TargetSet', { plan: 'plan', year: 2026, content: content() }, '2026-01-01'));
    expect(rules.given().when('SetTarget', set, { today: '2025-12-24' }).events()[0]?.on).toBe('2025-12-24');
  });

  it('of a promulgated plan is set by a document, from its day of effect', () => {
    const set = { plan: 'plan', content: input() };
    rules.given().when('SetTarget', set, promulgated).thenRefused('document-missing');
    rules
      .given()
      .when('SetTarget', { ...set, document, effect: '2026-03-10' }, promulgated)
      .then(happened('TargetSet', { plan: 'plan', year: 2026, content: content(), document }, '2026-03-10'));
    rules
      .given()
      .when('SetTarget', { ...set, document, effect: '2026-03-01' }, promulgated)
      .thenRefused('effect-before-document');
    rules
      .given()
      .when('SetTarget', { ...set, document: { ...document, date: '2027-01-01' }, effect: '2027-01-02' }, promulgated)
      .thenRefused('request.document-of-the-future');
  });

  it('is of a plan that is there and not closed', () => {
    const set = { plan: 'plan', content: input() };
    rules
      .given()
      .when('SetTarget', set, { facts: { plan: null } })
      .thenRefused('plan.absent');
    rules
      .given()
      .when('SetTarget', set, { facts: { plan: { year: 2026, status: 'closed', fields: [] } } })
      .thenRefused('plan-closed');
    rules.given(isSet).when('SetTarget', set).thenRefused('exists');
  });

  it.each<[string, Partial<TargetInput>]>([
    ['title-missing', { title: ' ' }],
    ['unknown-field', { field: 'X' }],
    ['lead-missing', { leads: [] }],
    ['unknown-lead', { leads: ['snv', 'gone'] }],
    ['unknown-kind', { goal: { kind: 'about' } }],
    ['not-a-number', { goal: { kind: 'at-least', value: '90,5', unit: '%' } }],
    ['not-a-number', { goal: { kind: 'at-most', unit: '%' } }],
    ['unit-missing', { goal: { kind: 'at-least', value: '90', unit: ' ' } }],
    ['goal-of-another-kind', { goal: { kind: 'at-least', value: '90', unit: '%', rank: 3 } }],
    ['goal-of-another-kind', { goal: { kind: 'yes', value: '1' } }],
    ['rank-out-of-range', { goal: { kind: 'rank-at-most', rank: 0 } }],
    ['rank-out-of-range', { goal: { kind: 'rank-at-most', rank: 64, of: 63 } }],
    ['rank-out-of-range', { goal: { kind: 'rank-at-most', rank: 1.5 } }],
    ['goal-says-nothing', { goal: { kind: 'rank-at-most', rank: 63, of: 63 } }],
    ['goal-says-nothing', { goal: { kind: 'group-at-least', group: 'Thấp', groups } }],
    ['unknown-group', { goal: { kind: 'group-at-least', group: 'Khá', groups } }],
    ['groups-unordered', { goal: { kind: 'group-at-least', group: 'Cao', groups: ['Cao'] } }],
    ['groups-unordered', { goal: { kind: 'group-at-least', group: 'Cao', groups: ['Thấp', 'THẤP', 'Cao'] } }],
    ['baseline-not-before', { baseline: { year: 2026, value: { number: '1' }, qualifier: 'exact', source } }],
    ['value-of-another-kind', { baseline: { year: 2025, value: { rank: 3 }, qualifier: 'exact', source } }],
    [
      'source-missing',
      { baseline: { year: 2025, value: { number: '1' }, qualifier: 'exact', source: { publisher: 'Bộ Nội vụ' } } },
    ],
  ])('is refused: %s (%j)', (code, chosen) => {
    rules
      .given()
      .when('SetTarget', { plan: 'plan', content: input(chosen) })
      .thenRefused(code);
  });

  it('is called so once in its field', () => {
    rules
      .given()
      .when('SetTarget', { plan: 'plan', content: input() }, { facts: { taken: () => true } })
      .thenRefused('twice');
  });

  it('is said otherwise freely in a draft, and by a document once the plan is promulgated', () => {
    const better = { goal: { kind: 'at-least', value: '92', unit: '%' } } as const;
    rules.given(isSet).when('ChangeTarget', { content: input() }).thenNothing();
    rules
      .given(isSet)
      .when('ChangeTarget', { content: input(better) })
      .then(happened('TargetEdited', { version: 1, ended: [0], content: content(better) }));
    rules
      .given(isSet)
      .when('ChangeTarget', { content: input(better) }, promulgated)
      .thenRefused('document-missing');
    rules
      .given(isSet)
      .when('ChangeTarget', { content: input(better), document, effect: '2026-03-10', reason }, promulgated)
      .then(
        happened(
          'TargetAmended',
          { entry: 'entry', version: 1, content: content(better), document, reason },
          '2026-03-10',
        ),
      );
    rules.given().when('ChangeTarget', { content: input() }).thenRefused('absent');
  });

  it('that says so already from a later day only is amended when that is brought forward', () => {
    const higher = { goal: { kind: 'at-least', value: '95', unit: '%' } } as const;
    const later = happened(
      'TargetAmended',
      { entry: 'e', version: 1, content: content(higher), document },
      '2026-12-31',
    );
    const change = (chosen: Partial<TargetInput>, effect: string) =>
      rules.given(isSet, later).when('ChangeTarget', { content: input(chosen), document, effect }, promulgated);
    change(higher, '2026-12-18').then(
      happened('TargetAmended', { entry: 'entry', version: 2, content: content(higher), document }, '2026-12-18'),
    );
    change({}, '2026-12-18').thenNothing();
    change(higher, '2026-12-31').thenNothing();
    change(higher, '2027-01-10').thenNothing();
    rules
      .given({ ...isSet, on: '2026-12-31' })
      .when('ChangeTarget', { content: input(), document, effect: '2026-12-18' }, promulgated)
      .then(happened('TargetAmended', { entry: 'entry', version: 1, content: content(), document }, '2026-12-18'));
    rules
      .given(isSet, later)
      .when('ChangeTarget', { content: input(higher) })
      .then(happened('TargetEdited', { version: 2, ended: [0, 1], content: content(higher) }));
  });

  it('goes on measuring what was reported: kind, unit and groups of its values stay', () => {
    const change = (goal: TargetInput['goal'], ...history: readonly Proposed<TargetEvents>[]) =>
      rules.given(...history).when('ChangeTarget', { content: input({ goal }) });
    change({ kind: 'rank-at-most', rank: 40 }, isSet, reported()).thenRefused('goal-unlike-values');
    change({ kind: 'at-least', value: '90', unit: 'điểm' }, isSet, reported()).thenRefused('goal-unlike-values');
    expect(change({ kind: 'at-most', value: '9', unit: '%' }, isSet, reported()).events()).toHaveLength(1);
    const withdrawn = happened('ValueWithdrawn', { entry: 'w', value: 'value', version: 0, reason });
    expect(change({ kind: 'rank-at-most', rank: 40 }, isSet, reported(), withdrawn).events()).toHaveLength(1);
    const inGroups = setTo({ goal: { kind: 'group-at-least', group: 'Cao', groups } });
    const fewer = { kind: 'group-at-least', group: 'Cao', groups: ['Thấp', 'Cao'] };
    change(fewer, inGroups, reported({ value: { group: 'Trung bình cao' } })).thenRefused('goal-unlike-values');
  });

  it('is taken out of a draft, or given up by a document', () => {
    rules
      .given(isSet)
      .when('DropTarget', {})
      .then(happened('TargetRemoved', { plan: 'plan', ended: [0] }));
    rules.given(isSet, reported()).when('DropTarget', {}).thenRefused('has-values');
    rules.given(isSet, reported()).when('DropTarget', {}, promulgated).thenRefused('document-missing');
    rules
      .given(isSet, reported())
      .when('DropTarget', { document, effect: '2026-03-10' }, promulgated)
      .then(happened('TargetDropped', { entry: 'entry', version: 1, document }, '2026-03-10'));
    const dropped = happened('TargetDropped', { entry: 'e', version: 1, document }, '2026-03-10');
    rules.given(isSet, dropped).when('DropTarget', {}).thenNothing();
    rules.given(isSet, dropped).when('ReportValue', value()).thenRefused('dropped');
    rules.given(isSet, dropped).when('ChangeTarget', { content: input() }).thenRefused('dropped');
  });

  it('is there up to the day before it is given up, and is given up earlier by another document', () => {
    const dropped = happened('TargetDropped', { entry: 'e', version: 1, document }, '2026-12-31');
    const given = rules.given(isSet, dropped);
    const today = { ...promulgated, today: '2026-12-18' };
    const higher = { content: input({ goal: { kind: 'at-least', value: '95', unit: '%' } }), document };
    expect(given.when('ReportValue', value({ on: '2026-12-10' }), today).events()).toHaveLength(1);
    expect(given.when('ChangeTarget', { ...higher, effect: '2026-12-11' }, today).events()).toHaveLength(1);
    given.when('ChangeTarget', { ...higher, effect: '2026-12-31' }, today).thenRefused('dropped');
    given.when('DropTarget', { document, effect: '2027-01-10' }, today).thenNothing();
    given
      .when('DropTarget', { document, effect: '2026-12-18' }, today)
      .then(happened('TargetDropped', { entry: 'entry', version: 2, document }, '2026-12-18'));
    given.when('ReportValue', value({ on: '2026-12-10' }), promulgated).thenRefused('dropped');
    rules
      .given({ ...isSet, on: '2026-12-31' })
      .when('DropTarget', { document, effect: '2026-12-18' }, today)
      .thenRefused('absent');
  });

  it('of a plan that became a draft again ends with all that was said of it', () => {
    const amended = happened(
      'TargetAmended',
      { entry: 'e', version: 1, content: content({ note: 'x' }), document },
      '2026-03-10',
    );
    rules
      .given(isSet, amended)
      .when('DropTarget', {})
      .then(happened('TargetRemoved', { plan: 'plan', ended: [0, 1] }));
    rules
      .given(isSet, amended)
      .when('ChangeTarget', { content: input({ note: 'y' }) })
      .then(happened('TargetEdited', { version: 2, ended: [0, 1], content: content({ note: 'y' }) }));
  });
});

describe('a value', () => {
  it('is reported as of a day, by the unit that leads or by a coordinator', () => {
    rules
      .given(isSet)
      .when('ReportValue', value())
      .then(happened('ValueReported', { entry: 'entry', plan: 'plan', reading: reading() }, '2026-12-31'));
    rules
      .given(isSet)
      .when('ReportValue', value(), { facts: { actorsUnit: 'syt' } })
      .thenRefused('other-unit');
    rules
      .given(isSet)
      .when('ReportValue', value(), { facts: { actorsUnit: null, coordinates: true } })
      .then(happened('ValueReported', { entry: 'entry', plan: 'plan', reading: reading() }, '2026-12-31'));
    rules.given().when('ReportValue', value()).thenRefused('absent');
  });

  it('is reported, corrected and withdrawn by the unit that leads on the day of recording', () => {
    const led = (leads: string[], effect: string) =>
      happened('TargetAmended', { entry: effect, version: 1, content: content({ leads }), document }, effect);
    const refuses = (unit: string, today: string, ...history: readonly Proposed<TargetEvents>[]) => {
      const known = { today, facts: { actorsUnit: unit } };
      const given = rules.given(isSet, reported(), ...history);
      const changes = { on: '2026-06-29' };
      given.when('ReportValue', value({ on: '2026-06-10' }), known).thenRefused('other-unit');
      given.when('CorrectValue', { value: 'value', changes, reason }, known).thenRefused('other-unit');
      given.when('WithdrawValue', { value: 'value', reason }, known).thenRefused('other-unit');
    };
    const takes = (unit: string, today: string, ...history: readonly Proposed<TargetEvents>[]) => {
      const known = { today, facts: { actorsUnit: unit } };
      const given = rules.given(isSet, reported(), ...history);
      const changes = { on: '2026-06-29' };
      expect(given.when('ReportValue', value({ on: '2026-06-10' }), known).events()).toHaveLength(1);
      expect(given.when('CorrectValue', { value: 'value', changes, reason }, known).events()).toHaveLength(1);
      expect(given.when('WithdrawValue', { value: 'value', reason }, known).events()).toHaveLength(1);
    };
    const handedOn = led(['syt'], '2026-12-31');
    takes('snv', '2026-12-18', handedOn);
    refuses('syt', '2026-12-18', handedOn);
    takes('syt', '2026-12-31', handedOn);
    refuses('snv', '2026-12-31', handedOn);
    // An amendment that was recorded later for an earlier day.
    const backdated = [led(['syt'], '2026-06-01'), led(['snv'], '2026-03-01')];
    takes('syt', '2026-12-18', ...backdated);
    refuses('snv', '2026-12-18', ...backdated);
  });

  it.each<[string, Partial<ReadingInput>]>([
    ['value-of-the-future', { on: '2027-01-01' }],
    ['value-of-another-year', { on: '2025-12-31' }],
    ['request.no-such-day', { on: '2026-02-30' }],
    ['period-ends-before-it-begins', { on: '2026-06-30', from: '2026-07-01' }],
    ['value-of-another-kind', { value: { rank: 3 } }],
    ['value-of-another-kind', { value: { number: '91', yes: true } }],
    ['value-of-another-kind', { value: {} }],
    ['not-a-number', { value: { number: '1.000,5' } }],
    ['source-missing', { source: { publisher: ' ', place: 'x' } }],
    ['source-missing', { source: { publisher: 'Bộ Nội vụ' } }],
    ['request.document-of-the-future', { source: { publisher: 'x', document: { ...document, date: '2027-02-01' } } }],
    ['unknown-qualifier', { qualifier: 'nearly' as never }],
    ['counts-out-of-range', { counts: { numerator: 1, denominator: 0 } }],
    ['counts-out-of-range', { counts: { numerator: 1.5, denominator: 3 } }],
  ])('is refused: %s (%j)', (code, chosen) => {
    rules.given(isSet).when('ReportValue', value(chosen)).thenRefused(code);
  });

  it('that is a place or a group is exact and rests on no counts', () => {
    const inRanks = (chosen: Partial<ReadingInput>) =>
      rules.given(setTo(ranked)).when('ReportValue', value({ value: { rank: 12, of: 63 }, ...chosen }));
    inRanks({ qualifier: 'about' }).thenRefused('qualifier-of-numbers-only');
    inRanks({ counts: { denominator: 3 } }).thenRefused('counts-of-rates-only');
    inRanks({ value: { rank: 35, of: 34 } }).thenRefused('rank-out-of-range');
    expect(inRanks({}).events()).toMatchObject([{ data: { reading: { value: { rank: 12, of: 63 } } } }]);
  });

  it('finds its group by its name, tones and capitals aside', () => {
    const inGroups = rules.given(setTo({ goal: { kind: 'group-at-least', group: 'Cao', groups } }));
    expect(inGroups.when('ReportValue', value({ value: { group: 'TRUNG BÌNH  CAO' } })).events()).toMatchObject([
      { data: { reading: { value: { group: 'Trung bình cao' } } } },
    ]);
    inGroups.when('ReportValue', value({ value: { group: 'Khá' } })).thenRefused('unknown-group');
  });

  it('whose counts give another rate is recorded all the same, and says so', () => {
    const counts = (published: string, given: ReadingInput['counts']) =>
      rules
        .given(isSet)
        .when('ReportValue', value({ value: { number: published }, ...(given ? { counts: given } : {}) }))
        .events();
    expect(counts('95.6', { numerator: 65, denominator: 68 })).toMatchObject([
      { data: { reading: { counts: { check: 'follows', rate: '95.6' } } } },
    ]);
    expect(counts('95.7', { numerator: 65, denominator: 68 })).toMatchObject([
      { data: { reading: { counts: { check: 'differs', rate: '95.6', numerator: 65, denominator: 68 } } } },
    ]);
    expect(counts('68.7', { denominator: 200 })).toMatchObject([
      { data: { reading: { counts: { check: 'impossible' } } } },
    ]);
  });

  it('is corrected with a reason by those who may report it, and checked anew', () => {
    const old = reported({ counts: { numerator: 65, denominator: 68, rate: '95.6', check: 'differs' } });
    rules
      .given(isSet, old)
      .when('CorrectValue', { value: 'value', changes: { value: { number: '95.6' } }, reason })
      .then(
        happened('ValueCorrected', {
          entry: 'entry',
          value: 'value',
          version: 1,
          day: '2026-06-30',
          reading: reading({
            value: { number: '95.6' },
            counts: { numerator: 65, denominator: 68, rate: '95.6', check: 'follows' },
          }),
          reason,
        }),
      );
    rules
      .given(isSet, old)
      .when('CorrectValue', { value: 'value', changes: { counts: null, on: '2026-07-01' }, reason, document })
      .then(
        happened('ValueCorrected', {
          entry: 'entry',
          value: 'value',
          version: 1,
          day: '2026-07-01',
          reading: reading(),
          reason,
          document,
        }),
      );
  });

  it('is not corrected to what it says, to the future, by others, or after its withdrawal', () => {
    const correct = (changes: object, known = {}) =>
      rules.given(isSet, reported()).when('CorrectValue', { value: 'value', changes, reason }, known);
    correct({ value: { number: '91.2' } }).thenRefused('nothing-changed');
    correct({ on: '2027-01-01' }).thenRefused('value-of-the-future');
    correct({ on: '2026-07-01' }, { facts: { actorsUnit: 'syt' } }).thenRefused('other-unit');
    rules
      .given(isSet, reported())
      .when('CorrectValue', { value: 'other', changes: { on: '2026-07-01' }, reason })
      .thenRefused('value-absent');
    const withdrawn = happened('ValueWithdrawn', { entry: 'w', value: 'value', version: 0, reason });
    rules
      .given(isSet, reported(), withdrawn)
      .when('CorrectValue', { value: 'value', changes: { on: '2026-07-01' }, reason })
      .thenRefused('value-withdrawn');
  });

  it('is withdrawn once, in the version that it has', () => {
    const corrected = happened('ValueCorrected', {
      entry: 'c',
      value: 'value',
      version: 1,
      day: '2026-07-01',
      reading: reading(),
      reason,
    });
    rules
      .given(isSet, reported(), corrected)
      .when('WithdrawValue', { value: 'value', reason })
      .then(happened('ValueWithdrawn', { entry: 'entry', value: 'value', version: 1, reason }));
    const withdrawn = happened('ValueWithdrawn', { entry: 'w', value: 'value', version: 0, reason });
    rules.given(isSet, reported(), withdrawn).when('WithdrawValue', { value: 'value', reason }).thenNothing();
    rules.given(isSet).when('WithdrawValue', { value: 'value', reason }).thenRefused('value-absent');
  });

  it('names files that are there', () => {
    const missing = { facts: { missingFiles: ['sha'] } };
    rules.given(isSet).when('ReportValue', value(), missing).thenRefused('file.absent');
    rules
      .given(isSet, reported())
      .when('WithdrawValue', { value: 'value', reason, document }, missing)
      .thenRefused('file.absent');
  });
});
