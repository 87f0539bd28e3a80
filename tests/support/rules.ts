import {
  fold,
  Refusal,
  type Context,
  type Day,
  type Decider,
  type Messages,
  type NameOf,
  type Proposed,
} from '#kernel';

type Known<Facts> = Partial<Omit<Context<Facts>, 'facts'>> & { readonly facts?: Partial<Facts> };

/** What a command came to: expectations about it, each told as a sentence. */
export type Outcome<E extends Messages> = {
  /** Exactly these events, in this order; the day they concern is compared where it is named. */
  then(...expected: readonly Proposed<E>[]): void;
  /** The wish was fulfilled already. */
  thenNothing(): void;
  /** The rule says no, with this code (without its subject) and, where named, these details. */
  thenRefused(code: string, details?: object): void;
  /** The events, for a test that asks something else of them. */
  events(): readonly Proposed<E>[];
};

/**
 * given(history).when(command).then(events) for the rules of one subject. The history is recorded event by event on its
 * own days by `someone`, at the positions 1, 2, …; `usual` is the context that a test does not name.
 */
export const rulesOf = <State, C extends Messages, E extends Messages, Facts>(
  decider: Decider<State, C, E, Facts>,
  usual: Omit<Context<Facts>, 'entry' | 'actor' | 'id'> & Partial<Context<Facts>>,
) => ({
  given: (
    ...history: readonly (Proposed<E> & { readonly actor?: string; readonly recorded?: Day; readonly at?: string })[]
  ) => ({
    when: <N extends NameOf<C>>(name: N, data: C[N], known: Known<Facts> = {}): Outcome<E> => {
      const decide = (): readonly Proposed<E>[] => {
        const state = fold(
          decider,
          history.map(({ type, data: past, on, actor, recorded, at }, revision) => ({
            type,
            data: past,
            stored: {
              actor: actor ?? 'someone',
              on: on ?? usual.today,
              recorded: recorded ?? on ?? usual.today,
              at: at ?? String(revision + 1),
              revision,
            },
          })),
        );
        const context = { id: 'subject', actor: 'someone', entry: 'entry', ...usual, ...known };
        return decider.decide[name](state, data, { ...context, facts: { ...usual.facts, ...known.facts } });
      };
      return {
        then: (...expected) => expect(decide()).toEqual(expected.map((each) => expect.objectContaining(each))),
        thenNothing: () => expect(decide()).toEqual([]),
        thenRefused: (code, details) => {
          let said: unknown;
          try {
            said = decide();
          } catch (error) {
            said = error;
          }
          if (!(said instanceof Refusal)) throw said instanceof Error ? said : new Error(JSON.stringify(said));
          expect(said.code).toBe(code);
          if (details) expect(said.details).toMatchObject(details);
        },
        events: decide,
      };
    },
  }),
});
