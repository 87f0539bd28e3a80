import { Injectable } from '@nestjs/common';
import { Refusal, type Day, type Document } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { EntryQuery } from '#modules/task';
import type { Sender } from '#platform/commands';
import { shownRefusal, type ShownRefusal } from '#platform/http';
import { changesOf, type DifferingRow } from './annex-difference.format.js';
import { namesOfRows } from './annex-preview.format.js';
import type { AmendmentWish } from './plan.decider.js';
import type { RowContent } from './plan.events.js';
import { PlanDispatch, PlanHandler } from './plan.handler.js';
import { PlanQuery } from './plan.query.js';

const vietnamese = new Intl.Collator('vi');

export type Named = { readonly id: string; readonly name: string };

type Wish = AmendmentWish & { readonly document: Document; readonly effect: Day };

/** What an amendment would come to. */
export type Foreseen = {
  /** Why the plan would refuse it; null when nothing stands against it. */
  readonly refusal: ShownRefusal | null;
  /** What an added or changed row would say. */
  readonly says: (row: string) => RowContent | undefined;
  readonly begins: (row: string) => readonly Named[];
  readonly ends: (row: string) => readonly Named[];
};

/** What an amendment by hand would change, row by row; rows that are named and stay as they are count as the same. */
export type AmendmentByHand = {
  readonly plan: string;
  readonly effect: Day;
  readonly rows: readonly (Pick<RowContent, 'field' | 'code' | 'title' | 'deadline'> &
    Pick<DifferingRow, 'changes'> & {
      readonly status: 'same' | 'changed' | 'added';
      readonly id?: string;
      /** The due date that the plan would read from the deadline; left out when the plan refuses. */
      readonly due?: string | null;
      readonly begins: readonly Named[];
      readonly ends: readonly Named[];
    })[];
  readonly removed: readonly {
    readonly row: string;
    readonly code: string;
    readonly title: string;
    readonly reports: number;
  }[];
  readonly summary: {
    readonly same: number;
    readonly changed: number;
    readonly added: number;
    readonly removed: number;
  };
  readonly refusal: Foreseen['refusal'];
};

/** Tells what an amendment would do before it is made, by the plan's own rules. */
@Injectable()
export class AmendmentForesight {
  constructor(
    private readonly handler: PlanHandler,
    private readonly plans: PlanQuery,
    private readonly organization: OrganizationQuery,
    private readonly entries: EntryQuery,
  ) {}

  async of(plan: string, wish: Wish, sender: Sender): Promise<Foreseen> {
    const [answer = []] = await this.handler.foreseeEach([new PlanDispatch(plan, sender, 'AmendPlan', wish)]);
    const says = new Map<string, RowContent>();
    const begins = new Map<string, string[]>();
    const ends = new Map<string, readonly string[]>();
    const refused = answer instanceof Refusal ? shownRefusal(answer) : null;
    for (const proposal of answer instanceof Refusal ? [] : answer) {
      if (proposal.type !== 'PlanAmended') continue;
      const { added, changed, obliged, ended } = proposal.data;
      for (const { row, content } of [...added, ...changed]) says.set(row, content);
      for (const { rows, units } of obliged) {
        for (const row of rows) begins.set(row, [...(begins.get(row) ?? []), ...units]);
      }
      for (const { row, units } of ended) ends.set(row, units);
    }
    const names = await this.organization.unitNames([...begins.values(), ...ends.values()].flat());
    const named = (units: readonly string[] = []): readonly Named[] =>
      units
        .map((unit) => ({ id: unit, name: names.get(unit) ?? '' }))
        .sort((a, b) => vietnamese.compare(a.name, b.name));
    return {
      refusal: refused,
      says: (row) => says.get(row),
      begins: (row) => named(begins.get(row)),
      ends: (row) => named(ends.get(row)),
    };
  }

  /** What rows that somebody names would come to. */
  async byHand(asked: string, wish: Wish, sender: Sender): Promise<AmendmentByHand> {
    await this.plans.caughtUp();
    const plan = await this.plans.find(asked);
    const [held, parentRows, reports, { refusal, says, begins, ends }] = await Promise.all([
      this.plans.allRows(plan.id),
      plan.parent === null ? [] : this.plans.rowNames(plan.parent),
      this.entries.reportsOf(plan.id),
      this.of(plan.id, wish, sender),
    ]);
    const byId = new Map(held.map((item) => [item.row, item]));
    const names = namesOfRows(parentRows);
    const told = (row: string, { field, code, title, deadline }: AmendmentWish['added'][number]['content']) => {
      const due = says(row)?.due;
      return {
        ...{ field, code, title, deadline, ...(due === undefined ? {} : { due }) },
        ...{ begins: begins(row), ends: ends(row) },
      };
    };
    const changed = wish.changed.map(({ row, content }) => {
      const found = byId.get(row);
      const changes = found ? changesOf(content, found, names) : [];
      const line = told(row, content);
      const stays = found !== undefined && [changes, line.begins, line.ends].every(({ length }) => length === 0);
      return { status: stays ? ('same' as const) : ('changed' as const), id: row, changes, ...line };
    });
    const added = wish.added.map(({ row, content }) => {
      return { status: 'added' as const, changes: [], ...told(row, content) };
    });
    const removed = wish.removed.map((row) => {
      const { code = '', title = '' } = byId.get(row)?.content ?? {};
      return { row, code, title, reports: reports.get(row) ?? 0 };
    });
    const same = changed.filter(({ status }) => status === 'same').length;
    return {
      ...{ plan: plan.id, effect: wish.effect, rows: [...changed, ...added], removed, refusal },
      summary: { same, changed: changed.length - same, added: added.length, removed: removed.length },
    };
  }
}
