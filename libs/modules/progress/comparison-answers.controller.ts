import { Injectable } from '@nestjs/common';
import { keyOf, PAGE_LENGTH, pageOf } from '#platform/http';
import { PlanActAnswers, type WordedAct } from '#modules/plan';
import { EntryQuery, type ShownEntry } from '#modules/task';
import { Comparisons, sumOf, type Change, type Contribution } from './comparisons.controller.js';
import { ProgressAnswers, type WordedEntry } from './progress-answers.controller.js';
import { countsOf, ProgressQuery, type Clocks, type Counts, type PlanFacts, type RowState } from './progress.query.js';

/** Two questions of a plan, and which page of what lies between them. */
export type ComparisonWish = {
  readonly on1?: string | undefined;
  readonly recorded1?: string | undefined;
  readonly on2?: string | undefined;
  readonly recorded2?: string | undefined;
  readonly after?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
};

type Side = Pick<Clocks, 'on' | 'recorded' | 'position'> & { readonly counts: Counts };

/** One reason of the difference, with its row and the entries that say it. */
export type ComparedItem = {
  readonly kind: Contribution['kind'];
  readonly task: { readonly id: string; readonly code: string; readonly title: string };
  readonly day?: string;
  readonly change: Change;
  readonly entries: readonly WordedEntry[];
  /** What happened to the plan itself there: it was promulgated, amended, read by other rules, closed. */
  readonly act?: WordedAct;
};

/** Both figures, their difference, and a page of what it is made of. */
export type ComparisonAnswer = {
  readonly first: Side;
  readonly second: Side;
  readonly difference: Change;
  readonly items: readonly ComparedItem[];
  readonly next: string | null;
  readonly total: number;
};

/** Two figures of a plan side by side, as HTTP and the command line answer them. */
@Injectable()
export class ComparisonAnswers {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly comparison: Comparisons,
    private readonly entries: EntryQuery,
    private readonly answers: ProgressAnswers,
    private readonly acts: PlanActAnswers,
  ) {}

  async compare(id: string, wish: ComparisonWish): Promise<ComparisonAnswer> {
    const plan = await this.progress.plan(id);
    const first = await this.progress.clocks({ on: wish.on1, recorded: wish.recorded1 }, wish.after);
    const second = await this.progress.clocks({ on: wish.on2, recorded: wish.recorded2 }, wish.after);
    const { before, between, after, contributions } = await this.comparison.between(plan, first, second);
    const limit = wish.limit ?? PAGE_LENGTH;
    const from = Number(keyOf(wish.cursor, 1)?.[0] ?? 0);
    const numbered = contributions.map((contribution, index) => ({ contribution, number: index + 1 }));
    const page = pageOf(numbered.filter(({ number }) => number > from).slice(0, limit + 1), limit, ({ number }) => [
      String(number),
    ]);
    // A row may stand in the plan only on the day of the second question by what was recorded for the first.
    const titles = new Map([...between, ...before, ...after].map((row) => [row.task, row]));
    return {
      first: sideOf(plan, first, before),
      second: sideOf(plan, second, after),
      difference: sumOf(contributions.map(({ change }) => change)),
      items: await Promise.all(page.items.map(({ contribution }) => this.shown(contribution, first, titles))),
      next: page.next,
      total: contributions.length,
    };
  }

  private async shown(
    contribution: Contribution,
    first: Clocks,
    titles: ReadonlyMap<string, Pick<RowState, 'code' | 'title'>>,
  ): Promise<ComparedItem> {
    const { kind, task, change } = contribution;
    const entries: readonly ShownEntry[] =
      contribution.kind === 'entry'
        ? await this.entries.at(task, [contribution.at])
        : await this.entries.ofDays(task, [contribution.day], first.upTo);
    const { code, title } = titles.get(task) ?? { code: '', title: '' };
    const [act] = contribution.act ? await this.acts.worded([contribution.act]) : [];
    return {
      kind,
      task: { id: task, code, title },
      ...(contribution.kind === 'day' ? { day: contribution.day } : {}),
      change,
      entries: await this.answers.worded(entries),
      ...(act ? { act } : {}),
    };
  }
}

const sideOf = (plan: PlanFacts, { on, recorded, position }: Clocks, rows: readonly RowState[]): Side => ({
  on,
  recorded,
  position,
  counts: countsOf(rows, on, plan.year),
});
