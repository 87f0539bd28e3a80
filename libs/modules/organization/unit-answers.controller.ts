import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { OrganizationQuery } from './organization.query.js';
import type { UnitOn } from './unit-graph.query.js';

/** A unit as it is answered, with the names of its kind and of the unit above it. */
export type UnitAnswer = Omit<UnitOn, 'parent'> & {
  readonly kindName: string;
  readonly parent: { readonly id: string; readonly name: string } | null;
};

/** Puts names to units, over HTTP and on the command line alike. */
@Injectable()
export class UnitAnswers {
  constructor(private readonly organization: OrganizationQuery) {}

  async shown(units: readonly UnitOn[], on?: Day): Promise<readonly UnitAnswer[]> {
    const kinds = new Map((await this.organization.kinds()).map(({ kind, names }) => [kind, names[0]]));
    return Promise.all(
      units.map(async ({ parent, ...unit }) => ({
        ...unit,
        kindName: kinds.get(unit.kind) ?? unit.kind,
        parent: parent === null ? null : { id: parent, name: (await this.organization.unit(parent, on))?.name ?? '' },
      })),
    );
  }
}
