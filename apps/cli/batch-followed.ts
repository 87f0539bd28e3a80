import type { RunOutcome } from '#modules/batch';
import type { Bars } from './terminal.js';

/** How often it is asked how far a long run is. */
export const ASKED_MS = 500;

/** Shows how far a run is until it has ended; throws what broke it. */
export const followed = async (
  title: string,
  begun: RunOutcome,
  look: () => Promise<RunOutcome>,
  bars: Bars,
): Promise<RunOutcome> => {
  let outcome = begun;
  while (outcome.finished === null) {
    if (outcome.fault !== null) throw new Error(outcome.fault);
    bars.show(title, outcome.settled, outcome.total);
    outcome = await look();
  }
  bars.end();
  return outcome;
};
