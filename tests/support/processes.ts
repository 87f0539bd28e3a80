import type { Messages, NameOf, Process, Seen, Wish } from '#kernel';
import { dispatchOf } from '#platform/processes';

/** An event as a test tells it to a process; what is not named is of no matter to it. */
export type Told<E extends Messages> = { [T in NameOf<E>]: { readonly type: T; readonly data: E[T] } }[NameOf<E>] &
  Partial<Pick<Seen<E, NameOf<E>>, 'id' | 'on'>>;

const sender = {
  actor: 'system',
  unit: null,
  role: 'system',
  command: 'command',
  correlation: 'correlation',
  causation: 'causation',
};

/** given(events).knowing(facts).then(exactly these commands), each as it goes over the bus. */
export const processOf = <E extends Messages, Facts>(process: Process<E, Facts>) => ({
  given: (...events: readonly Told<E>[]) => ({
    knowing: (facts: Facts) => {
      const wishes = events.flatMap(({ type, data, id = 'subject', on = '2026-06-15' }, nth) => {
        const event = {
          event: `event ${nth}`,
          type,
          id,
          data,
          at: String(nth + 1),
          on,
          recorded: `${on}T00:00:00.000Z`,
          actor: 'someone',
          command: 'command',
        };
        return process.on[type]?.(event, facts) ?? [];
      });
      const dispatches = (those: readonly Wish[]): object[] => those.map((wish) => dispatchOf(wish, sender));
      return {
        then: (...expected: readonly Wish[]) => expect(dispatches(wishes)).toEqual(dispatches(expected)),
        thenNothing: () => expect(wishes).toEqual([]),
      };
    },
  }),
});
