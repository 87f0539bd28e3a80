import { Injectable } from '@nestjs/common';
import { matches, refusal, type Document, type JsonObject } from '#kernel';
import { Database } from '#platform/database';
import { isId } from '#platform/commands';
import { isPlace, isPosition, keyOf, pageOf, type Page } from '#platform/http';
import { Projector } from '#platform/projector';
import type { RowContent } from './plan.events.js';

/** A plan as lists show it; `unit` is the id of the issuing unit. */
export type PlanItem = {
  readonly id: string;
  readonly unit: string;
  readonly year: number;
  readonly kind: string;
  /** Which of several plans of one unit, year and kind. */
  readonly sequence: number;
  readonly code: string;
  readonly title: string;
  readonly fieldSet: string;
  /** The rule set with which its deadlines are read. */
  readonly ruleSet: string;
  readonly headline: string;
  readonly status: 'draft' | 'promulgated' | 'closed';
  readonly document: Document | null;
  readonly effect: string | null;
  readonly rows: number;
  /** The plan of a higher level that it carries out, and the plan of an earlier year from which it was made. */
  readonly parent: string | null;
  readonly origin: string | null;
};

/** A row of an annex with its place in it, from 1. */
export type AnnexItem = { readonly row: string; readonly ordinal: number; readonly content: RowContent };

/** An act on a plan as it was recorded. */
export type PlanActItem = {
  readonly event: string;
  readonly type: string;
  readonly on: string;
  readonly at: string;
  readonly recorded: string;
  readonly actor: string;
  readonly data: JsonObject;
};

const COLUMNS = `plan as id, unit, year, kind, sequence, code, title, "fieldSet", "ruleSet", headline, status, document, effect, rows, parent, origin`;

/** All that annexes have said of rows, for a `from`: what was followed by something else, and what stands. */
export const FACTS = `(
  select row, since, plan, "on", rank, content, promulgation from view_plans.annex_version
  union all
  select row, since, plan, "on", rank, content, promulgation from view_plans.annex_row where since is not null)`;

/** Asks for plans and the rows of their annexes as they stand now. */
@Injectable()
export class PlanQuery {
  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
  ) {}

  /** A page of plans, the newest year first. */
  async page(asked: {
    readonly year?: number | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  }): Promise<Page<PlanItem>> {
    await this.projector.lags(['plans'], asked.after);
    const key = keyOf(asked.cursor, 2, [isPlace, isId]);
    const { rows } = await this.database.pool.query<PlanItem>(
      `select ${COLUMNS} from view_plans.plan
       where ($1::int is null or year = $1)
         and ($2::int is null or year < $2 or (year = $2 and plan > $3::uuid))
       order by year desc, plan limit $4`,
      [asked.year ?? null, key?.[0] ?? null, key?.[1] ?? null, asked.limit + 1],
    );
    return pageOf(rows, asked.limit, ({ id, year }) => [String(year), id]);
  }

  /** The plan of an id, of a code, or the first one of a year that is no draft; one of a moment ago is waited for. */
  async find(idOrCodeOrYear: string): Promise<PlanItem> {
    let plan = await this.look(idOrCodeOrYear);
    if (!plan && (await this.caughtUp())) plan = await this.look(idOrCodeOrYear);
    if (!plan) throw refusal('absent', 'plan.absent');
    return plan;
  }

  /** The codes of all plans, those that were drafted a moment ago too. */
  async codes(): Promise<ReadonlySet<string>> {
    await this.caughtUp();
    const { rows } = await this.database.pool.query<{ code: string }>('select code from view_plans.plan');
    return new Set(rows.map(({ code }) => code));
  }

  /** Waits until everything that was recorded up to now is seen here. */
  caughtUp(): Promise<boolean> {
    return this.projector.caughtUp(['plans']);
  }

  private async look(idOrCodeOrYear: string): Promise<PlanItem | undefined> {
    const { rows } = await this.database.pool.query<PlanItem>(
      `select ${COLUMNS} from view_plans.plan
       where plan::text = $1 or code = $1 or year::text = $1
       order by (plan::text = $1) desc, (code = $1) desc, (status = 'draft'), code, plan limit 1`,
      [idOrCodeOrYear],
    );
    return rows[0];
  }

  /** The rows of an annex in order; `field` and `search` narrow them, the place stays that in the whole. */
  async rows(
    plan: string,
    asked: {
      /** A day on which the plan counts; without it the rows as they were last written. */
      readonly on?: string | undefined;
      readonly field?: string | undefined;
      readonly search?: string | undefined;
      readonly cursor?: string | undefined;
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<Page<AnnexItem> & { readonly total: number }> {
    await this.projector.lags(['plans'], asked.after);
    const rows = asked.on === undefined ? await this.allRows(plan) : await this.rowsOn(plan, asked.on);
    const kept = rows.filter(({ content }) => {
      const searched = `${content.code} ${content.title} ${content.deliverable} ${content.leadsText}`;
      return (asked.field === undefined || content.field === asked.field) && matches(searched, asked.search ?? '');
    });
    const key = keyOf(asked.cursor, 1);
    const from = key ? kept.filter(({ ordinal }) => ordinal > Number(key[0])) : kept;
    return { ...pageOf(from, asked.limit, ({ ordinal }) => [String(ordinal)]), total: kept.length };
  }

  /** All rows of an annex in order, with the file that brought them. */
  async allRows(plan: string): Promise<readonly (AnnexItem & { readonly source: string | null })[]> {
    const { rows } = await this.database.pool.query<AnnexItem & { readonly source: string | null }>(
      `select row, content, source, (row_number() over (order by rank))::int as ordinal
       from view_plans.annex_row where plan = $1 order by rank`,
      [plan],
    );
    return rows;
  }

  /** The annex as it is on a day, by what is recorded now; a plan that is not promulgated by then has none. */
  async rowsOn(plan: string, day: string): Promise<readonly AnnexItem[]> {
    const { rows } = await this.database.pool.query<AnnexItem>(
      `select row, content, (row_number() over (order by rank))::int as ordinal
       from (
         select distinct on (v.row) v.row, v.rank, v.content
         from ${FACTS} v join view_plans.plan p on p.plan = v.plan
         where v.plan = $1 and v."on" <= $2 and p.status <> 'draft' and v.promulgation = p.promulgations
         order by v.row, v."on" desc, v.since desc) latest
       where content is not null order by rank`,
      [plan, day],
    );
    return rows;
  }

  /** What happened to a plan as a document, oldest first. */
  async acts(
    plan: string,
    asked: { readonly cursor?: string | undefined; readonly limit: number; readonly after?: string | undefined },
  ): Promise<Page<PlanActItem>> {
    await this.projector.lags(['plans'], asked.after);
    const key = keyOf(asked.cursor, 1, [isPosition]);
    const { rows } = await this.database.pool.query<PlanActItem>(
      `select event, type, "on", at, recorded, actor, data from view_plans.plan_act
       where plan = $1 and at > $2 order by at limit $3`,
      [plan, key?.[0] ?? '0', asked.limit + 1],
    );
    return pageOf(rows, asked.limit, ({ at }) => [at]);
  }

  /** The promulgations of a plan by which a row came to count, and what took them back, oldest first. */
  async promulgationsOf(plan: string, row: string, after?: string): Promise<readonly PlanActItem[]> {
    await this.projector.lags(['plans'], after);
    const { rows } = await this.database.pool.query<PlanActItem>(
      `select event, type, a."on", at, recorded, actor, data from view_plans.plan_act a
       where a.plan = $1 and a.type in ('PlanPromulgated', 'PromulgationWithdrawn') and exists (
         select from ${FACTS} v where v.row = $2
           and (v.since = a.at or v.promulgation::text = a.data ->> 'promulgation'))
       order by at`,
      [plan, row],
    );
    return rows;
  }

  /** Whether a plan was amended behind an instant. */
  async amendedSince(plan: string, instant: string): Promise<boolean> {
    const { rowCount } = await this.database.pool.query(
      `select from view_plans.plan_act where plan = $1 and type = 'PlanAmended' and recorded > $2 limit 1`,
      [plan, instant],
    );
    return (rowCount ?? 0) > 0;
  }

  /** A plan's year and the plans that stand above it; null when there is no such plan. */
  async withThoseAbove(id: string): Promise<{ readonly year: number; readonly above: readonly string[] } | null> {
    await this.caughtUp();
    const { rows } = await this.database.pool.query<{ plan: string; year: number }>(
      `with recursive chain as (
         select plan, year, parent, 0 as height from view_plans.plan where plan::text = $1
         union
         select p.plan, p.year, p.parent, c.height + 1 from chain c join view_plans.plan p on p.plan = c.parent
         where c.height < 50)
       select plan, year from chain order by height`,
      [id],
    );
    const [own, ...above] = rows;
    return own ? { year: own.year, above: above.map(({ plan }) => plan) } : null;
  }

  /** The plans of rows, by row; ids of no row are left out. */
  async plansOfRows(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const wanted = [...new Set(ids)].filter(isId);
    if (wanted.length === 0) return new Map();
    const look = async (): Promise<ReadonlyMap<string, string>> => {
      const { rows } = await this.database.pool.query<{ row: string; plan: string }>(
        'select row, plan from view_plans.annex_row where row = any($1)',
        [wanted],
      );
      return new Map(rows.map(({ row, plan }) => [row, plan]));
    };
    const found = await look();
    return found.size < wanted.length && (await this.caughtUp()) ? look() : found;
  }

  /** The rows of a plan as other plans name them. */
  async rowNames(
    plan: string,
  ): Promise<readonly { readonly row: string; readonly code: string; readonly title: string }[]> {
    const rows = await this.allRows(plan);
    return rows.map(({ row, content: { code, title } }) => ({ row, code, title }));
  }

  /** What rows were called last, by code and title, also where they have left the plan; ids of no row are left out. */
  async titlesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const { rows } = await this.database.pool.query<{ row: string; code: string; title: string }>(
      `select distinct on (row) row, content ->> 'code' as code, content ->> 'title' as title
       from ${FACTS} v where row = any($1) and content is not null order by row, "on" desc, since desc`,
      [ids],
    );
    return new Map(rows.map(({ row, code, title }) => [row, `${code} ${title}`.trim()]));
  }

  /** The plan of a year that was made from a plan; undefined when there is none. */
  async madeFrom(origin: string, year: number): Promise<PlanItem | undefined> {
    const { rows } = await this.database.pool.query<PlanItem>(
      `select ${COLUMNS} from view_plans.plan where origin = $1 and year = $2 order by plan limit 1`,
      [origin, year],
    );
    return rows[0];
  }

  /** Which rows of a plan copy which: row by the row that it copies. */
  async copiesIn(plan: string): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.database.pool.query<{ row: string; origin: string }>(
      'select row, origin from view_plans.annex_row where plan = $1 and origin is not null',
      [plan],
    );
    return new Map(rows.map(({ row, origin }) => [origin, row]));
  }
}
