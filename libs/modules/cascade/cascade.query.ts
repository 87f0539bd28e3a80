import { Injectable } from '@nestjs/common';
import { countingOn, type Day } from '#kernel';
import { Database } from '#platform/database';
import { Projector } from '#platform/projector';
import type { Link, Promulgated, Stood } from './cascade.view.js';

/** A plan that carries out another one, at (D, R). */
export type ChildPlan = {
  readonly id: string;
  readonly unit: string;
  readonly year: number;
  readonly code: string;
  readonly title: string;
  readonly drafted: Day;
  /** The day of effect; null while it is a draft. */
  readonly effect: Day | null;
};

/** A row of a child plan and the row of the parent plan that it carries out. */
export type ChildRow = { readonly row: string; readonly plan: string; readonly parentRow: string };

type At = { readonly on: Day; readonly upTo: string };
type PlanRow = Omit<ChildPlan, 'effect'> & {
  readonly parents: readonly Stood[];
  readonly promulgations: readonly Promulgated[];
};

type LinkRow = {
  readonly row: string;
  readonly plan: string;
  readonly links: readonly Link[];
  readonly promulgations: readonly Promulgated[];
};

/** The day before all days: what a draft says counts on whatever day it takes effect. */
const ALWAYS: Day = '0001-01-01';

const counts = ({ since, until }: { readonly since: string; readonly until: string }, { upTo }: At): boolean =>
  BigInt(since) <= BigInt(upTo) && BigInt(upTo) < BigInt(until);

const inForce = (promulgations: readonly Promulgated[], at: At): Promulgated | undefined =>
  promulgations.findLast((one) => counts(one, at) && one.on <= at.on);

/** Which plans and rows carry out which, at any (on, recorded). */
@Injectable()
export class CascadeQuery {
  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
  ) {}

  /** Waits until the view has passed a position; true when what it answers is stale all the same. */
  lags(after: string | undefined): Promise<boolean> {
    return this.projector.lags(['cascade'], after);
  }

  /** The plans that carry out a plan. A plan whose draft is not recorded by R is none. */
  async childrenOf(parent: string, at: At): Promise<readonly ChildPlan[]> {
    const { rows } = await this.database.pool.query<PlanRow>(
      `select plan as id, unit, year, code, title, drafted, parents, promulgations
       from view_cascade.plan
       where parent = $1 or parents @> jsonb_build_array(jsonb_build_object('parent', $1::text))
       order by code, plan`,
      [parent],
    );
    return rows.flatMap(({ parents, promulgations, ...plan }) => {
      if (!parents.some((stood) => stood.parent === parent && counts(stood, at))) return [];
      return [{ ...plan, effect: inForce(promulgations, at)?.on ?? null }];
    });
  }

  /** The rows of some plans that carry out a row of their parent. */
  async rowsOf(plans: readonly string[], at: At): Promise<readonly ChildRow[]> {
    const { rows } = await this.database.pool.query<LinkRow>(
      `select l.row, l.plan, l.links, p.promulgations
       from view_cascade.link l join view_cascade.plan p on p.plan = l.plan where l.plan = any($1)`,
      [plans],
    );
    return rows.flatMap(({ row, plan, links, promulgations }) => {
      const current = promulgations.findLastIndex((one) => counts(one, at)) + 1;
      // An amendment of a promulgation that was withdrawn is no more than what the draft says since.
      const said = links
        .filter((link) => counts(link, at))
        .map((link) => ({ ...link, on: link.promulgation > 0 && link.promulgation === current ? link.on : ALWAYS }));
      const link = countingOn(
        said.toSorted((a, b) => (BigInt(a.since) < BigInt(b.since) ? -1 : 1)),
        at.on,
      );
      return link?.parentRow ? [{ row, plan, parentRow: link.parentRow }] : [];
    });
  }
}
