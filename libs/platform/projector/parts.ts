import type { AnyView, Upcasters } from '#kernel';

/** What a module brings along beside its providers: its views, its upcasters, the entities of its ordinary tables. */
export type Parts = {
  readonly views?: readonly AnyView[];
  readonly upcasters?: Upcasters;
  readonly tables?: readonly (abstract new () => object)[];
};

/** A Nest module that says what it brings along. */
export type PartModule = (abstract new (...given: never[]) => object) & { readonly parts: Parts };
