import { Injectable } from '@nestjs/common';
import { isDay, type Day } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { EntryQuery } from '#modules/task';
import { FactsReader, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import type { PlanCommands, PlanFacts } from './plan.decider.js';

const effectOf = (data: PlanCommands[keyof PlanCommands], today: Day): Day => {
  const day = 'effect' in data ? data.effect : 'on' in data ? data.on : today;
  return isDay(day) ? day : today;
};

/** Tells the rules of a plan which units operate, and who belongs to a class, on the day the command is about. */
@Injectable()
export class PlanFactsReader extends FactsReader<PlanCommands, PlanFacts> {
  constructor(
    private readonly organization: OrganizationQuery,
    private readonly files: FileStore,
    private readonly entries: EntryQuery,
  ) {
    super();
  }

  override async read(dispatch: Dispatch<PlanCommands>, today: Day): Promise<PlanFacts> {
    const { data } = dispatch;
    const day = effectOf(data, today);
    const file = 'document' in data ? data.document?.file : undefined;
    const [units, classes, hasFile, workBegun] = await Promise.all([
      this.organization.unitsOn(day),
      this.organization.classesOn(day),
      file === undefined ? true : this.files.has(file),
      dispatch.name === 'WithdrawPromulgation' && this.entries.workBegun(dispatch.id),
    ]);
    const operating = new Set(units.map(({ id }) => id));
    const members = new Map(
      classes.map(({ id, kinds }) => [id, units.filter(({ kind }) => kinds.includes(kind)).map((unit) => unit.id)]),
    );
    return {
      operates: (unit) => operating.has(unit),
      members: (unitClass) => members.get(unitClass),
      missingFile: !hasFile,
      workBegun,
    };
  }
}
