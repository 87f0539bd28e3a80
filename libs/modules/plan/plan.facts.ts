import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { FactsReader, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import type { PlanCommands, PlanFacts } from './plan.decider.js';

const effectOf = (data: PlanCommands[keyof PlanCommands], today: Day): Day => {
  if (!('effect' in data)) return today;
  return /^\d{4}-\d{2}-\d{2}$/.test(data.effect) ? data.effect : today;
};

/** Tells the rules of a plan which units operate, and who belongs to a class, on the day the command is about. */
@Injectable()
export class PlanFactsReader extends FactsReader<PlanCommands, PlanFacts> {
  constructor(
    private readonly organization: OrganizationQuery,
    private readonly files: FileStore,
  ) {
    super();
  }

  override async read(dispatch: Dispatch<PlanCommands>, today: Day): Promise<PlanFacts> {
    const { data } = dispatch;
    const day = effectOf(data, today);
    const file = 'document' in data ? data.document.file : undefined;
    const [units, classes, hasFile] = await Promise.all([
      this.organization.unitsOn(day),
      this.organization.classesOn(day),
      file === undefined ? true : this.files.has(file),
    ]);
    const operating = new Set(units.map(({ id }) => id));
    const members = new Map(
      classes.map(({ id, kinds }) => [id, units.filter(({ kind }) => kinds.includes(kind)).map((unit) => unit.id)]),
    );
    return {
      operates: (unit) => operating.has(unit),
      members: (unitClass) => members.get(unitClass),
      missingFile: !hasFile,
    };
  }
}
