import type { Document } from '#kernel';

/**
 * One change that a reorganisation decides, by the ids of the units; names and codes follow in events of their own.
 * A unit that is split and named among those it is split into keeps operating.
 */
export type UnitChange =
  | { act: 'found'; unit: string }
  | { act: 'merge'; units: string[]; into: string }
  | { act: 'split'; unit: string; into: string[] }
  | { act: 'dissolve'; unit: string; successors: string[] }
  | { act: 'rename'; unit: string }
  | { act: 'move'; unit: string; parent: string }
  | { act: 'move-function'; from: string; to: string; function: string };

/**
 * What can have happened to units, kinds, classes and posts. An event's `on` is the day of operation; `decided` is the
 * day of the decision (they differ: resolutions of 18/02/2025 operated from 01/3/2025). A unit is known by its id alone:
 * codes and names come and go, a new unit may carry an old name. A released line is never edited: add an optional
 * field, or a new event and an upcaster.
 */
export type OrganizationEvents = {
  /** A kind of units and its names, the one to show first; it may be founded from `on` until the day before `until`. */
  KindDefined: { kind: string; names: string[]; until?: string };
  UnitFounded: {
    unit: string;
    code: string;
    name: string;
    kind: string;
    /** Null for the root of the tree. */
    parent: string | null;
    aliases: string[];
    decided: string;
    document?: Document;
    /** The reorganisation that brought it; likewise below. */
    reorganisation?: string;
  };
  /** What the unit is called from `on`, in full; its kind belongs to its name (a commune becomes a ward). */
  UnitRenamed: {
    unit: string;
    code: string;
    name: string;
    kind: string;
    aliases: string[];
    decided: string;
    document?: Document;
    reorganisation?: string;
  };
  UnitMoved: { unit: string; parent: string; decided: string; document?: Document; reorganisation?: string };
  /** The day before `on` was the last on which it operated; `successors` carry its work on. */
  UnitDissolved: {
    unit: string;
    successors: string[];
    decided: string;
    document?: Document;
    reorganisation?: string;
  };
  /** One document that changes several units from `on`; what it changes follows in the same append. */
  ReorganisationDecided: { reorganisation: string; decided: string; document: Document; changes: UnitChange[] };
  /** What one unit did, another one does from `on`; both may go on otherwise. */
  FunctionMoved: {
    from: string;
    to: string;
    function: string;
    decided: string;
    document: Document;
    reorganisation: string;
  };
  /** A class holds every unit of its kinds that operates on the day in question. Defined again, it changes from `on`. */
  ClassDefined: { class: string; name: string; kinds: string[]; aliases: string[] };
  PostEstablished: { post: string; unit: string; title: string; head: boolean };
  /** `holder` is an account; names are never in events. */
  PostFilled: { post: string; holder: string; document?: Document };
  PostVacated: { post: string; holder: string; document?: Document; reorganisation?: string };
};
