import { eventsOf, type Day } from '#kernel';
import { rulesOf } from '../../../tests/support/rules.js';
import type { Resting } from './extension.rule.js';
import { task, type TaskFacts } from './task.decider.js';
import type { TaskEvents } from './task.events.js';

const event = eventsOf<TaskEvents>();
const row = {
  plan: 'plan',
  due: '2026-09-30',
  at: '0',
  amended: [],
  closed: false,
  inForce: true,
  declarable: false,
  completedAt: null,
  resting: [],
};
const facts: TaskFacts = { row, missingFiles: [] };
const { given } = rulesOf(task, { today: '2026-09-25', facts });

const reason = { id: 'reason', hash: 'hash' };
const document = { kind: 'Công văn', number: '0085/UBND-NC', date: '2026-09-25' };
const wish = { due: '2026-10-31', on: '2026-09-25', document };
const extended = (entry: string, due: Day, effect: Day) =>
  event('TaskExtended', { entry, plan: 'plan', due, before: '2026-09-30', afterDue: false, document }, effect);

describe('an extension of a row', () => {
  it('moves the row for all who owe it, and keeps the date before', () =>
    given()
      .when('ExtendTask', wish)
      .then(
        event(
          'TaskExtended',
          { entry: 'entry', plan: 'plan', due: '2026-10-31', before: '2026-09-30', afterDue: false, document },
          '2026-09-25',
        ),
      ));

  it('may take effect on a day to come', () =>
    expect(
      given()
        .when('ExtendTask', { ...wish, on: '2026-09-28' })
        .events(),
    ).toEqual([expect.objectContaining({ on: '2026-09-28' })]));

  it('is refused of a row that no promulgated plan holds', () =>
    given()
      .when('ExtendTask', wish, { facts: { row: null } })
      .thenRefused('absent'));

  it('is refused of a row that left the plan', () =>
    given()
      .when('ExtendTask', wish, { facts: { row: { ...row, inForce: false } } })
      .thenRefused('row-left-the-plan'));

  it('is refused of a row without a due date', () =>
    given()
      .when('ExtendTask', wish, { facts: { row: { ...row, due: null } } })
      .thenRefused('no-due-date'));

  it('is refused unless it is later than the due date in force', () => {
    given()
      .when('ExtendTask', { ...wish, due: '2026-09-30' })
      .thenRefused('extension-not-later', { due: '2026-09-30' });
    given(extended('x1', '2026-11-30', '2026-09-20'))
      .when('ExtendTask', wish)
      .thenRefused('extension-not-later', { due: '2026-11-30' });
  });

  it('is judged against the date in force on its day of effect, not against later ones', () =>
    expect(
      given(extended('x1', '2026-11-30', '2026-09-28'))
        .when('ExtendTask', wish)
        .events(),
    ).toHaveLength(1));

  it('after the due date is refused where nothing is open any more', () => {
    const late = { ...wish, on: '2026-10-01', reason };
    const completedAt = '5';
    given()
      .when('ExtendTask', late, { facts: { row: { ...row, completedAt } } })
      .thenRefused('completed-already', { due: '2026-09-30' });
    expect(
      given()
        .when('ExtendTask', wish, { facts: { row: { ...row, completedAt } } })
        .events(),
    ).toHaveLength(1);
    const facts = { row: { ...row, completedAt, declarable: true } };
    expect(given().when('ExtendTask', late, { facts }).events()).toHaveLength(1);
    given(event('TaskDeclared', { entry: 'd1', plan: 'plan', document, reason }, '2026-09-20'))
      .when('ExtendTask', late, { facts })
      .thenRefused('completed-already');
  });

  it('comes not behind the due date of completed work by a correction, nor by a withdrawal of the one before', () => {
    const at = (completedAt: string) => ({ facts: { row: { ...row, completedAt } } });
    const first = extended('x1', '2026-10-31', '2026-09-20');
    const correction = { extension: 'x1', changes: { on: '2026-10-01' }, reason };
    given(first).when('CorrectTaskExtension', correction, at('0')).thenRefused('completed-already');
    expect(given(first).when('CorrectTaskExtension', correction, at('5')).events()).toHaveLength(1);
    const second = event(
      'TaskExtended',
      { entry: 'x2', plan: 'plan', due: '2026-11-30', before: '2026-10-31', afterDue: false, document, reason },
      '2026-10-05',
    );
    const withdrawal = { extension: 'x1', reason };
    given(first, second)
      .when('WithdrawTaskExtension', withdrawal, at('1'))
      .thenRefused('breaks-later-act', { entry: 'x2', because: 'completed-already' });
    expect(given(first, second).when('WithdrawTaskExtension', withdrawal, at('3')).events()).toHaveLength(1);
  });

  it('after the due date needs a reason and is marked', () => {
    const late = { ...wish, on: '2026-10-01' };
    given().when('ExtendTask', late).thenRefused('late-extension-needs-reason', { due: '2026-09-30' });
    given()
      .when('ExtendTask', { ...late, reason })
      .then(
        event(
          'TaskExtended',
          { entry: 'entry', plan: 'plan', due: '2026-10-31', before: '2026-09-30', afterDue: true, document, reason },
          '2026-10-01',
        ),
      );
  });

  it('is refused with days that do not exist', () => {
    given()
      .when('ExtendTask', { ...wish, due: '2026-11-31' })
      .thenRefused('request.no-such-day');
    given()
      .when('ExtendTask', { ...wish, on: '2026-9-25' })
      .thenRefused('request.no-such-day');
  });

  it.each([
    ['without a kind', { ...document, kind: ' ' }, 'request.document-empty'],
    ['of a day that does not exist', { ...document, date: '2026-02-29' }, 'request.no-such-day'],
    ['of a day that has not come', { ...document, date: '2026-09-26' }, 'request.document-of-the-future'],
  ])('is refused with a document %s', (_, permit, code) =>
    given()
      .when('ExtendTask', { ...wish, document: permit })
      .thenRefused(code),
  );
});

describe('a correction or withdrawal of a row’s extension', () => {
  const one = extended('x1', '2026-10-31', '2026-09-20');
  const correction = { extension: 'x1', changes: { due: '2026-10-15' }, reason };

  it('gives the extension its new facts and a new version, with the document that says so', () =>
    given(one)
      .when('CorrectTaskExtension', { ...correction, document })
      .then(
        event('TaskExtensionCorrected', {
          entry: 'entry',
          extension: 'x1',
          version: 1,
          due: '2026-10-15',
          effect: '2026-09-20',
          before: '2026-09-30',
          afterDue: false,
          permit: document,
          reason,
          document,
        }),
      ));

  it('is refused when it would not be later than the due date', () =>
    given(one)
      .when('CorrectTaskExtension', { ...correction, changes: { due: '2026-09-30' } })
      .thenRefused('extension-not-later'));

  it('is refused when a later extension would have been illegal, and names it', () =>
    given(one, extended('x2', '2026-11-30', '2026-09-22'))
      .when('CorrectTaskExtension', { ...correction, changes: { due: '2026-12-31' } })
      .thenRefused('breaks-later-act', { entry: 'x2', because: 'extension-not-later' }));

  it('that changes nothing is refused', () =>
    given(one)
      .when('CorrectTaskExtension', { ...correction, changes: { due: '2026-10-31' } })
      .thenRefused('nothing-changed'));

  it('withdraws once, and nothing brings it back', () => {
    given(one)
      .when('WithdrawTaskExtension', { extension: 'x1', reason })
      .then(event('TaskExtensionWithdrawn', { entry: 'entry', extension: 'x1', version: 0, reason }));
    const gone = event('TaskExtensionWithdrawn', { entry: 'w1', extension: 'x1', version: 0, reason });
    given(one, gone).when('WithdrawTaskExtension', { extension: 'x1', reason }).thenNothing();
    given(one, gone).when('CorrectTaskExtension', correction).thenRefused('entry-withdrawn');
    expect(
      given(one, gone)
        .when('ExtendTask', { ...wish, due: '2026-10-01' })
        .events(),
    ).toHaveLength(1);
  });

  it('is refused of an extension that nobody granted', () => {
    given().when('CorrectTaskExtension', correction).thenRefused('entry.absent');
    given().when('WithdrawTaskExtension', { extension: 'x1', reason }).thenRefused('entry.absent');
  });

  it('that leaves a later one without the reason it would have needed is refused', () =>
    given(one, extended('x2', '2026-11-30', '2026-10-10'))
      .when('WithdrawTaskExtension', { extension: 'x1', reason })
      .thenRefused('breaks-later-act', { entry: 'x2', because: 'late-extension-needs-reason' }));

  describe('on which extensions of single obligations rest', () => {
    const own = { entry: 'o1', due: '2026-11-15', effect: '2026-10-20', at: '2', withReason: false };
    const known = (extensions: Resting['extensions'], completedAt: string | null = null) => ({
      facts: { row: { ...row, resting: [{ extensions, completedAt }] } },
    });
    const later = { extension: 'x1', changes: { due: '2026-11-30' }, reason };
    const withdrawal = { extension: 'x1', reason };

    it('is refused when one of them would have been illegal, and names it', () => {
      given(one)
        .when('CorrectTaskExtension', later, known([own]))
        .thenRefused('breaks-later-act', { entry: 'o1', kind: 'extend', because: 'extension-not-later' });
      given(one)
        .when('WithdrawTaskExtension', withdrawal, known([own]))
        .thenRefused('breaks-later-act', { entry: 'o1', because: 'late-extension-needs-reason' });
      given(one)
        .when('WithdrawTaskExtension', withdrawal, known([{ ...own, withReason: true }], '1'))
        .thenRefused('breaks-later-act', { entry: 'o1', because: 'completed-already' });
    });

    it('is judged with what else was recorded before them, of the row and of the same obligation', () => {
      const before = { ...own, entry: 'o0', due: '2026-10-25', effect: '2026-09-10', at: '2' };
      const after = { ...own, at: '3' };
      expect(
        given(one)
          .when('WithdrawTaskExtension', withdrawal, known([before, after]))
          .events(),
      ).toHaveLength(1);
      const another = { resting: [before, after].map((each) => ({ extensions: [each], completedAt: null })) };
      given(one)
        .when('WithdrawTaskExtension', withdrawal, { facts: { row: { ...row, ...another } } })
        .thenRefused('breaks-later-act', { entry: 'o1' });
      const second = extended('x2', '2026-11-10', '2026-09-22');
      expect(
        given(one, second)
          .when('WithdrawTaskExtension', withdrawal, known([after]))
          .events(),
      ).toHaveLength(1);
    });

    it('names the first that breaks, in the order of recording', () => {
      const second = { ...extended('x2', '2026-11-20', '2026-10-20'), at: '3' };
      given(one, second)
        .when('WithdrawTaskExtension', withdrawal, known([own]))
        .thenRefused('breaks-later-act', { entry: 'o1' });
      given(one, second)
        .when('WithdrawTaskExtension', withdrawal, known([{ ...own, due: '2026-12-15', at: '4' }]))
        .thenRefused('breaks-later-act', { entry: 'x2' });
    });

    it('judges none that was recorded before it, nor one that was legal without it', () => {
      const early = { ...own, at: '0' };
      expect(
        given(one)
          .when('CorrectTaskExtension', later, known([early]))
          .events(),
      ).toHaveLength(1);
      const sound = { ...own, due: '2026-12-31', withReason: true };
      expect(
        given(one)
          .when('CorrectTaskExtension', later, known([sound]))
          .events(),
      ).toHaveLength(1);
      expect(
        given(one)
          .when('WithdrawTaskExtension', withdrawal, known([sound], '5'))
          .events(),
      ).toHaveLength(1);
    });
  });
});

describe('an act on a row', () => {
  const wish = { on: '2026-09-20', document, reason };
  const act = (
    type: 'TaskSuspended' | 'TaskResumed' | 'TaskCancelled' | 'TaskReopened' | 'TaskDeclared',
    entry: string,
    on: Day,
  ) => event(type, { entry, plan: 'plan', document, reason }, on);
  const declarable = { facts: { row: { ...row, declarable: true } } };

  it.each([
    ['SuspendTask', 'TaskSuspended', []],
    ['ResumeTask', 'TaskResumed', [act('TaskSuspended', 's1', '2026-09-01')]],
    ['CancelTask', 'TaskCancelled', []],
    ['ReopenTask', 'TaskReopened', [act('TaskCancelled', 'c1', '2026-09-01')]],
  ] as const)('is recorded on the day of effect of its document: %s', (command, done, before) =>
    given(...before)
      .when(command, wish)
      .then(event(done, { entry: 'entry', plan: 'plan', document, reason }, '2026-09-20')),
  );

  it.each([
    ['SuspendTask', 'suspended-already', [act('TaskSuspended', 's1', '2026-09-01')]],
    ['ResumeTask', 'not-suspended', [act('TaskSuspended', 's1', '2026-09-21')]],
    ['CancelTask', 'cancelled-already', [act('TaskCancelled', 'c1', '2026-09-20')]],
    ['ReopenTask', 'not-cancelled', []],
    ['SuspendTask', 'row-left-the-plan', [act('TaskCancelled', 'c1', '2026-09-01')]],
  ] as const)('that says nothing new on its day is refused: %s, %s', (command, code, before) =>
    given(...before)
      .when(command, wish)
      .thenRefused(code),
  );

  it('may take effect on a day to come, but a declaration says what is done', () => {
    expect(
      given()
        .when('SuspendTask', { ...wish, on: '2026-10-01' })
        .events(),
    ).toHaveLength(1);
    given()
      .when('DeclareTask', { ...wish, on: '2026-09-26' }, declarable)
      .thenRefused('declared-in-future');
  });

  it('declares a row completed where its mode says so or nobody is left who owes it, once', () => {
    given()
      .when('DeclareTask', wish, declarable)
      .then(event('TaskDeclared', { entry: 'entry', plan: 'plan', document, reason }, '2026-09-20'));
    given().when('DeclareTask', wish).thenRefused('not-declarable');
    given(act('TaskDeclared', 'd1', '2026-09-24'))
      .when('DeclareTask', wish, declarable)
      .thenRefused('declared-already');
  });

  it.each(['SuspendTask', 'CancelTask', 'ExtendTask'] as const)('is refused of a closed plan: %s', (command) =>
    given()
      .when(command, { ...wish, due: '2026-12-31' }, { facts: { row: { ...row, closed: true } } })
      .thenRefused('plan-closed'),
  );

  it('on a cancelled row is no extension', () =>
    given(act('TaskCancelled', 'c1', '2026-09-01'))
      .when('ExtendTask', { due: '2026-10-31', on: '2026-09-25', document })
      .thenRefused('row-left-the-plan'));

  it('is corrected to another day, with the document that says so', () =>
    given(act('TaskSuspended', 's1', '2026-09-01'))
      .when('CorrectTaskAct', { act: 's1', changes: { on: '2026-09-05' }, reason, document })
      .then(
        event('TaskActCorrected', {
          entry: 'entry',
          act: 's1',
          version: 1,
          effect: '2026-09-05',
          permit: document,
          reason,
          document,
        }),
      ));

  it('is not corrected to where a later act would have been illegal, and names that act', () =>
    given(act('TaskSuspended', 's1', '2026-09-01'), act('TaskResumed', 'r1', '2026-09-10'))
      .when('CorrectTaskAct', { act: 's1', changes: { on: '2026-09-15' }, reason })
      .thenRefused('breaks-later-act', { entry: 'r1', because: 'not-suspended' }));

  it('is not withdrawn from under a later one', () =>
    given(act('TaskCancelled', 'c1', '2026-09-01'), act('TaskReopened', 'o1', '2026-09-10'))
      .when('WithdrawTaskAct', { act: 'c1', reason })
      .thenRefused('breaks-later-act', { entry: 'o1', because: 'not-cancelled' }));

  it('is withdrawn once, and may then be done anew', () => {
    const gone = event('TaskActWithdrawn', { entry: 'w1', act: 's1', version: 0, reason });
    const once = act('TaskSuspended', 's1', '2026-09-01');
    given(once)
      .when('WithdrawTaskAct', { act: 's1', reason })
      .then(event('TaskActWithdrawn', { entry: 'entry', act: 's1', version: 0, reason }));
    given(once, gone).when('WithdrawTaskAct', { act: 's1', reason }).thenNothing();
    given(once, gone)
      .when('CorrectTaskAct', { act: 's1', changes: { on: '2026-09-05' }, reason })
      .thenRefused('entry-withdrawn');
    expect(given(once, gone).when('SuspendTask', wish).events()).toHaveLength(1);
  });

  it('is mended in a closed plan with a document only', () => {
    const closed = { facts: { row: { ...row, closed: true } } };
    const once = act('TaskSuspended', 's1', '2026-09-01');
    given(once).when('WithdrawTaskAct', { act: 's1', reason }, closed).thenRefused('closed-needs-document');
    expect(given(once).when('WithdrawTaskAct', { act: 's1', reason, document }, closed).events()).toHaveLength(1);
  });

  it('that changes nothing or that nobody did is refused', () => {
    given(act('TaskSuspended', 's1', '2026-09-01'))
      .when('CorrectTaskAct', { act: 's1', changes: { on: '2026-09-01' }, reason })
      .thenRefused('nothing-changed');
    given().when('WithdrawTaskAct', { act: 's1', reason }).thenRefused('entry.absent');
  });
});
