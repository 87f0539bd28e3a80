import type { AnyView, JsonObject, Stored, Upcasters } from '#kernel';
import type { ProcessPart } from '#platform/processes';
import type { Job } from '#platform/schedule';

/** Methods' parameters compare both ways: the step of one event passes as that of any. */
type AnyEvolve = { evolve(state: unknown, data: JsonObject, stored: Stored): unknown }['evolve'];

/** The rules of any subject, as catalogues and checks of the log handle them. */
export type AnyDecider = {
  readonly category: string;
  readonly initial: unknown;
  readonly decide: { readonly [command: string]: unknown };
  readonly evolve: { readonly [event: string]: AnyEvolve };
};

/**
 * What a module brings along beside its providers: its rules, its views, its processes, its jobs, its upcasters, the
 * entities of its ordinary tables.
 */
export type Parts = {
  readonly deciders?: readonly AnyDecider[];
  readonly views?: readonly AnyView[];
  readonly processes?: readonly ProcessPart[];
  readonly jobs?: readonly (abstract new (...given: never[]) => Job)[];
  readonly upcasters?: Upcasters;
  readonly tables?: readonly (abstract new () => object)[];
};

/** A Nest module that says what it brings along. */
export type PartModule = (abstract new (...given: never[]) => object) & { readonly parts: Parts };
