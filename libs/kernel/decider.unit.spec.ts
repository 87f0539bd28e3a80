import { eventsOf, fold, type Decider } from './decider.js';
import { Refusal, refusal } from './refusal.js';

type Events = { Counted: { by: number } };
const counter: Decider<number, Record<never, never>, Events> = {
  category: 'counter',
  initial: 0,
  decide: {},
  evolve: { Counted: (sum, { by }) => sum + by },
};
const stored = { actor: 'someone', on: '2026-01-01', recorded: '2026-01-01', at: '1', revision: 0 };

describe('a history', () => {
  it('folds to a state, event by event', () =>
    expect(
      fold(
        counter,
        [1, 2, 3].map((by) => ({ type: 'Counted', data: { by }, stored })),
      ),
    ).toBe(6));

  it('with an event that no rule knows is an error, never skipped', () => {
    for (const type of ['Vanished', 'toString']) {
      expect(() => fold(counter, [{ type, data: {}, stored }])).toThrow(`no rule knows the stored event ${type}`);
    }
  });

  it('is proposed with its day only where the day is not that of recording', () => {
    const event = eventsOf<Events>();
    expect(event('Counted', { by: 1 })).toEqual({ type: 'Counted', data: { by: 1 } });
    expect(event('Counted', { by: 1 }, '2026-01-02')).toEqual({ type: 'Counted', data: { by: 1 }, on: '2026-01-02' });
  });
});

describe('a refusal', () => {
  it('gets its subject once', () => {
    const said = refusal('conflict', 'own-report', { report: 'r1' }).of('obligation');
    expect(said).toBeInstanceOf(Refusal);
    expect([said.code, said.kind, said.details]).toEqual(['obligation.own-report', 'conflict', { report: 'r1' }]);
    expect(said.of('task').code).toBe('obligation.own-report');
  });
});
