import { Injectable } from '@nestjs/common';
import { isDay, yearOf, type Day } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { RulebookQuery } from '#modules/rulebook';
import { EntryQuery } from '#modules/task';
import { FactsReader, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import type { PlanCommands, PlanFacts } from './plan.decider.js';
import { PlanQuery } from './plan.query.js';

/** The rows of other plans that a command names. */
const parentRowsIn = (data: PlanCommands[keyof PlanCommands]): string[] => {
  const inputs = [
    ...('rows' in data ? data.rows.map(({ content }) => content) : []),
    ...('added' in data ? [...data.added, ...data.changed].map(({ content }) => content) : []),
    ...('content' in data ? [data.content] : []),
  ];
  return inputs.flatMap(({ parentRow }) => parentRow ?? []);
};

const effectOf = (data: PlanCommands[keyof PlanCommands], today: Day): Day => {
  const day = 'effect' in data ? (data.effect ?? today) : 'on' in data ? data.on : today;
  return isDay(day) ? day : today;
};

/** Tells the rules of a plan which units operate, and who belongs to a class, on the day the command is about. */
@Injectable()
export class PlanFactsReader extends FactsReader<PlanCommands, PlanFacts> {
  constructor(
    private readonly organization: OrganizationQuery,
    private readonly files: FileStore,
    private readonly entries: EntryQuery,
    private readonly plans: PlanQuery,
    private readonly rulebook: RulebookQuery,
  ) {
    super();
  }

  override async read(dispatch: Dispatch<PlanCommands>, today: Day): Promise<PlanFacts> {
    const { data } = dispatch;
    const day = effectOf(data, today);
    const file = 'document' in data ? data.document?.file : undefined;
    const parent = 'parent' in data ? (data.parent ?? undefined) : undefined;
    // Units that begin with the next year lead rows of a plan that is drafted for it before.
    const days = dispatch.name === 'AddRows' || dispatch.name === 'EditRow' ? [day, `${yearOf(day) + 1}-01-01`] : [day];
    const [units, classes, hasFile, workBegun, workBehind, parentPlan, parentRows, ruleSets, codes] = await Promise.all(
      [
        Promise.all(days.map((one) => this.organization.unitsOn(one))).then((all) => all.flat()),
        Promise.all(days.map((one) => this.organization.classesOn(one))).then((all) => all.flat()),
        file === undefined ? true : this.files.has(file),
        dispatch.name === 'WithdrawPromulgation' && this.entries.workBegun(dispatch.id),
        'act' in data ? this.entries.workBehind(data.act) : new Map<string, string>(),
        parent === undefined ? null : this.plans.withThoseAbove(parent),
        this.plans.plansOfRows(parentRowsIn(data)),
        this.rulebook.inForce(),
        dispatch.name === 'DraftPlan' ? this.plans.codes() : new Set<string>(),
      ],
    );
    const operating = new Set(units.map(({ id }) => id));
    const members = new Map(
      classes.map(({ id, kinds }) => [id, units.filter(({ kind }) => kinds.includes(kind)).map((unit) => unit.id)]),
    );
    return {
      operates: (unit) => operating.has(unit),
      members: (unitClass) => members.get(unitClass),
      missingFile: !hasFile,
      workBegun,
      workBehind,
      parent: parentPlan,
      planOfRow: (row) => parentRows.get(row),
      ruleSets,
      codes,
    };
  }
}
