import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits before attempt `attempt` + 1: from some 30 ms, growing to two seconds, never quite the same for two callers.
 * Ends early, without an error, when the signal aborts.
 */
export const growingWait = async (attempt: number, signal?: AbortSignal): Promise<void> => {
  const longest = Math.min(2_000, 30 * 2 ** Math.min(attempt - 1, 8));
  await sleep(longest * (0.5 + Math.random() / 2), undefined, signal ? { signal } : {}).catch(() => undefined);
};
