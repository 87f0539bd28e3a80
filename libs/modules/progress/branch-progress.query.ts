import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import { keyOf, pageOf, type Page } from '#platform/http';
import { ProgressQuery, type Clocks, type Counts, type PlanFacts, type Summary } from './progress.query.js';
import { countsOfStates, ofBranch, RowCounts, type Branch } from './row-counts.query.js';

/** One plan's part in the figures of a branch. */
export type BranchPlan = Counts & { readonly plan: PlanFacts; readonly status: 'in-force' | 'not-in-force' };

/** The figures of all plans of a branch at (D, R), and of each of a page of them. */
export type BranchFigures = Summary &
  Page<BranchPlan> & {
    /** How many plans there are, and how many of them are in force. */
    readonly plans: { readonly total: number; readonly inForce: number };
    /** The field sets of these plans. */
    readonly fieldSets: readonly string[];
  };

/** Figures over many plans. */
@Injectable()
export class BranchProgress {
  constructor(
    private readonly database: Database,
    private readonly progress: ProgressQuery,
    private readonly counts: RowCounts,
  ) {}

  /** What the plans of a branch make together, and a page of them in the order of their codes. */
  async figures(
    branch: Branch,
    clocks: Clocks,
    asked: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<BranchFigures> {
    const [rows, plans, page] = await Promise.all([
      this.counts.ofBranch(branch, clocks),
      this.plans(branch, clocks),
      this.page(branch, clocks, asked),
    ]);
    const { fieldSets, ...known } = plans;
    return { ...this.progress.summary(rows, branch.year, clocks, plans.inForce > 0), plans: known, fieldSets, ...page };
  }

  private async plans(
    { units, year }: Branch,
    { on, upTo }: Clocks,
  ): Promise<BranchFigures['plans'] & { readonly fieldSets: readonly string[] }> {
    const { rows } = await this.database.pool.query<
      BranchFigures['plans'] & { readonly fieldSets: readonly string[] | null }
    >(
      `select count(*)::int as total, array_agg(distinct b."fieldSet") as "fieldSets",
         (count(*) filter (where exists (
           select from view_progress.promulgation p
           where p.plan = b.plan and p."on" <= $3 and p.since <= $4 and $4 < p.until)))::int as "inForce"
       from view_progress.plan b where ${ofBranch('$1', '$2')}`,
      [units, year, on, upTo],
    );
    const [found] = rows;
    return { total: found?.total ?? 0, inForce: found?.inForce ?? 0, fieldSets: found?.fieldSets ?? [] };
  }

  private async page(
    { units, year }: Branch,
    clocks: Clocks,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<Page<BranchPlan>> {
    const [code, id] = keyOf(cursor, 2) ?? [null, null];
    const { rows } = await this.database.pool.query<PlanFacts>(
      `select b.plan as id, b.code, b.title, b.year, b.unit, b."fieldSet", b.headline
       from view_progress.plan b
       where ${ofBranch('$1', '$2')} and ($3::text is null or (b.code, b.plan::text) > ($3, $4))
       order by b.code, b.plan::text limit $5`,
      [units, year, code, id, limit + 1],
    );
    const { items, next } = pageOf(rows, limit, (plan) => [plan.code, plan.id]);
    const ids = items.map((plan) => plan.id);
    const [counts, inForce] = await Promise.all([this.counts.byPlan(ids, clocks), this.progress.inForce(ids, clocks)]);
    return {
      items: items.map((plan) => ({
        plan,
        status: inForce.has(plan.id) ? 'in-force' : 'not-in-force',
        ...countsOfStates(counts.get(plan.id) ?? [], plan.year),
      })),
      next,
    };
  }
}
