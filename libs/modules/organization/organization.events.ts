import type { Document } from '#kernel';

/**
 * What can have happened to units, classes and posts. An event's `on` is the day of operation; `decided` is the day of
 * the decision (they differ: resolutions of 18/02/2025 operated from 01/3/2025). A unit is known by its id alone:
 * codes and names come and go, a new unit may carry an old name.
 */
export type OrganizationEvents = {
  UnitFounded: {
    unit: string;
    code: string;
    name: string;
    kind: string;
    parent: string | null;
    aliases: string[];
    decided: string;
    document?: Document;
  };
  UnitRenamed: { unit: string; code: string; name: string; aliases: string[]; decided: string; document?: Document };
  UnitMoved: { unit: string; parent: string; decided: string; document?: Document };
  UnitDissolved: { unit: string; decided: string; document?: Document };
  /** A class holds every unit of its kinds that operates on the day in question. */
  ClassDefined: { class: string; name: string; kinds: string[]; aliases: string[] };
  PostEstablished: { post: string; unit: string; title: string; head: boolean };
  /** `holder` is an account; names are never in events. */
  PostFilled: { post: string; holder: string; document?: Document };
  PostVacated: { post: string; holder: string; document?: Document };
};
