import type { AnyProcess } from '#kernel';

/** Methods' parameters compare both ways: a reader for the events of one process passes as one for any. */
export type AnyProcessFacts = { read(event: never): Promise<unknown> };

/** A process as its module brings it along: with the provider that reads its facts, where it needs some. */
export type ProcessPart = {
  readonly process: AnyProcess;
  readonly facts?: abstract new (...given: never[]) => AnyProcessFacts;
};
