import { Injectable } from '@nestjs/common';
import { folded, isDay, Refusal, type Day } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { fieldsOf, PlanQuery } from '#modules/plan';
import { FactsReader, isCoordinator, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import type { TargetCommands, TargetFacts } from './target.decider.js';
import { TargetQuery } from './target.query.js';

type Data = TargetCommands[keyof TargetCommands];

const dayOf = (data: Data, today: Day): Day =>
  'effect' in data && data.effect !== undefined && isDay(data.effect) ? data.effect : today;

/** Tells the rules of a target of its plan, of its neighbours there, and of units on the day the command is about. */
@Injectable()
export class TargetFactsReader extends FactsReader<TargetCommands, TargetFacts> {
  constructor(
    private readonly targets: TargetQuery,
    private readonly plans: PlanQuery,
    private readonly organization: OrganizationQuery,
    private readonly files: FileStore,
  ) {
    super();
  }

  override async read(dispatch: Dispatch<TargetCommands>, today: Day): Promise<TargetFacts> {
    const { id, data, sender } = dispatch;
    const [place, missingFiles] = await Promise.all([this.placeOf(dispatch), this.files.missingIn(data)]);
    const setsContent = 'content' in data;
    const [plan, neighbours, units] = await Promise.all([
      place === undefined ? null : this.planFacts(place),
      setsContent && place !== undefined ? this.targets.titlesOf(place) : [],
      setsContent ? this.organization.unitsOn(dayOf(data, today)) : [],
    ]);
    const operating = new Set(units.map((unit) => unit.id));
    const names = new Set(
      neighbours.filter((other) => other.target !== id).map(({ field, title }) => nameOf(field, title)),
    );
    return {
      plan,
      operates: (unit) => operating.has(unit),
      taken: (field, title) => names.has(nameOf(field, title)),
      actorsUnit: sender.unit,
      coordinates: isCoordinator(sender),
      missingFiles,
    };
  }

  private async placeOf({ id, name, data }: Dispatch<TargetCommands>): Promise<string | undefined> {
    if ('plan' in data) return data.plan;
    // A new value is judged by its target alone: those of a year come out after its plan was closed.
    return name === 'ReportValue' ? undefined : this.targets.planOf(id);
  }

  private async planFacts(id: string): Promise<TargetFacts['plan']> {
    // A plan that was promulgated a moment ago still looks like a draft to a view that has not come along.
    await this.plans.caughtUp();
    try {
      const { year, status, fieldSet } = await this.plans.find(id);
      const lasting: string = status;
      return {
        year,
        status: lasting === 'draft' ? 'draft' : lasting === 'closed' ? 'closed' : 'in-force',
        fields: fieldsOf(fieldSet).map(({ code }) => code),
      };
    } catch (error) {
      if (error instanceof Refusal && error.kind === 'absent') return null;
      throw error;
    }
  }
}

const nameOf = (field: string | null, title: string): string => `${field ?? ''} ${folded(title)}`;
