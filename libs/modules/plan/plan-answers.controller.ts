import { Injectable } from '@nestjs/common';
import { OrganizationQuery } from '#modules/organization';
import type { PlanItem } from './plan.query.js';

/** A plan as it is answered, with the name of its unit. */
export type PlanAnswer = Omit<PlanItem, 'unit'> & { readonly unit: { readonly id: string; readonly name: string } };

/** Puts names to plans, over HTTP and on the command line alike. */
@Injectable()
export class PlanAnswers {
  constructor(private readonly organization: OrganizationQuery) {}

  async shown(plans: readonly PlanItem[]): Promise<readonly PlanAnswer[]> {
    const names = await this.organization.unitNames(plans.map(({ unit }) => unit));
    return plans.map(({ unit, ...plan }) => ({ ...plan, unit: { id: unit, name: names.get(unit) ?? '' } }));
  }
}
