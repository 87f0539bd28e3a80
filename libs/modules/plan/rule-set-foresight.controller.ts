import { Injectable } from '@nestjs/common';
import { refusal, yearOf, type Day } from '#kernel';
import { RulebookQuery } from '#modules/rulebook';
import { ObligationBoardQuery } from '#modules/task';
import { Clock } from '#platform/clock';
import { keyOf, pageOf, type Page } from '#platform/http';
import type { PlanItem } from './plan.query.js';
import { annexUnder, type RowChange, type Unreadable } from './rule-change.format.js';
import { RuleSetQuery } from './rule-set.query.js';

/** Where a row stands in the annex, and what its deadline says. */
type Place = { readonly ordinal: number; readonly code: string; readonly title: string; readonly deadline: string };

/** What another rule set would move in a plan. */
export type RuleSetForeseen = Page<RowChange & Place & { readonly extended: Day | null }> & {
  /** The rule set with which the plan is read now. */
  readonly from: string;
  readonly version: string;
  /** The day from which it would apply. */
  readonly effect: Day;
  readonly unreadable: readonly (Unreadable & Place)[];
  /** Years in which rows are due and of which the set has no calendar. */
  readonly withoutCalendar: readonly number[];
  readonly summary: Readonly<
    Record<'rows' | 'moved' | 'earlier' | 'later' | 'withPeriods' | 'periods' | 'extended' | 'unreadable', number>
  >;
};

const isLater = ({ before, after }: RowChange): boolean =>
  before.due !== null && after.due !== null && after.due > before.due;
const isEarlier = ({ before, after }: RowChange): boolean =>
  before.due !== null && after.due !== null && after.due < before.due;

/** Tells what another rule set would move in a plan before it is applied. */
@Injectable()
export class RuleSetForesight {
  constructor(
    private readonly reread: RuleSetQuery,
    private readonly rulebook: RulebookQuery,
    private readonly board: ObligationBoardQuery,
    private readonly clock: Clock,
  ) {}

  /** Applied from `effect`: by default from today, or from the first day of a plan that does not count yet. */
  async of(
    plan: Pick<PlanItem, 'id' | 'year' | 'ruleSet' | 'effect'>,
    asked: {
      readonly version: string;
      readonly effect?: Day | undefined;
      readonly move?: 'earlier' | 'later' | undefined;
      readonly cursor?: string | undefined;
      readonly limit: number;
    },
  ): Promise<RuleSetForeseen> {
    const { version, dayOff, calendars } = await this.rulebook.ruleSet(asked.version);
    const [from, to] = await Promise.all([
      this.rulebook.setFor(plan.year, plan.ruleSet),
      this.rulebook.setFor(plan.year, version),
    ]);
    if (to.since > plan.year) throw refusal('conflict', 'plan.rule-set-of-later-plans', { since: to.since });
    const today = this.clock.today();
    const effect = asked.effect ?? (plan.effect !== null && plan.effect > today ? plan.effect : today);
    const [rows, extended] = await Promise.all([this.reread.rows(plan.id), this.board.extendedOn(plan.id, effect)]);
    const read = rows.map(({ row, addedOn, content }) => {
      const { deadline, cycle, due, rule, milestones } = content;
      return { row, addedOn, deadline, cycle, due, rule, milestones };
    });
    const { changes, unreadable } = annexUnder(read, plan.year, from, to);
    const places = new Map(rows.map((row) => [row.row, row]));
    const shown = <Found extends { readonly row: string }>(found: Found): Found & Place => {
      const { ordinal = 0, content } = places.get(found.row) ?? {};
      const { code = '', title = '', deadline = '' } = content ?? {};
      return { ...found, ordinal, code, title, deadline };
    };
    const items = changes.map((change) => ({ ...shown(change), extended: extended.get(change.row) ?? null }));
    const [after] = keyOf(asked.cursor, 1) ?? [];
    const kept = items.filter(
      (item) =>
        item.ordinal > Number(after ?? 0) &&
        (asked.move === undefined || (asked.move === 'later' ? isLater(item) : isEarlier(item))),
    );
    const years = new Set(
      [...rows.map(({ content }) => content.due), ...changes.map((change) => change.after.due)].flatMap((due) =>
        due === null ? [] : [yearOf(due)],
      ),
    );
    const known = new Set(calendars.map(({ year }) => year));
    const withPeriods = changes.filter(({ periods }) => periods.length > 0);
    return {
      from: from.version,
      version,
      effect,
      ...pageOf(kept, asked.limit, ({ ordinal }) => [String(ordinal)]),
      unreadable: unreadable.slice(0, asked.limit).map(shown),
      withoutCalendar: dayOff === 'stays' ? [] : [...years].filter((year) => !known.has(year)).sort((a, b) => a - b),
      summary: {
        rows: rows.length,
        moved: changes.filter(({ before, after: then }) => before.due !== then.due).length,
        earlier: changes.filter(isEarlier).length,
        later: changes.filter(isLater).length,
        withPeriods: withPeriods.length,
        periods: withPeriods.flatMap(({ periods }) => periods).length,
        extended: items.filter((item) => item.extended !== null && item.before.due !== item.after.due).length,
        unreadable: unreadable.length,
      },
    };
  }
}
