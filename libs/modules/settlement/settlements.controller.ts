import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Refusal, refusal, type Day, type Document, type TextRef } from '#kernel';
import { OrganizationQuery, ReorganisationQuery, type Kin } from '#modules/organization';
import { PlanDispatch, PlanHandler, PlanQuery, type PlanItem, type PlanProposal, type Settlement } from '#modules/plan';
import { ProgressQuery, type ObligationState } from '#modules/progress';
import { Clock } from '#platform/clock';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import { keyOf, pageOf, shownRefusal, type Page, type ShownRefusal } from '#platform/http';
import { Texts } from '#platform/texts';

export type NamedUnit = { readonly id: string; readonly code: string; readonly name: string };

/** A unit to which what another one owes may go: it carries on its work, or a function of it. */
export type Suggestion = { readonly unit: NamedUnit } & Pick<Kin, 'by' | 'function' | 'distance'>;

/** What a unit that has ended still owes. */
export type Unsettled = Pick<
  ObligationState,
  'due' | 'owed' | 'met' | 'started' | 'waiting' | 'overdue' | 'suspended'
> & {
  readonly id: string;
  readonly task: { readonly id: string; readonly code: string; readonly title: string };
  readonly unit: NamedUnit & { readonly ended: Day };
  readonly successors: readonly Suggestion[];
};

/**
 * What is wished for one obligation, named by its id or by row and unit; without either for all that a unit has open.
 * With `to` it is transferred, else ended.
 */
export type Wish = {
  readonly obligation?: string | undefined;
  readonly row?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly act: 'transfer' | 'end';
};

/** A document that settles, with what it wishes. */
export type Wishes = {
  readonly on: Day;
  readonly document: Document;
  readonly reason?: string | undefined;
  readonly items: readonly Wish[];
};

/** What came, or would come, of one obligation. */
export type Outcome = {
  /** Which of the wishes, from 0. */
  readonly item: number;
  readonly act: Wish['act'];
  readonly obligation: string | null;
  readonly task: { readonly id: string; readonly code: string; readonly title: string } | null;
  readonly from: NamedUnit | null;
  readonly to: NamedUnit | null;
  /** What was accepted keeps counting for who takes it over; not where that unit owes the row already. */
  readonly inherits: boolean | null;
  readonly owed: number | null;
  readonly met: number | null;
  /** A report waits; it is better accepted or returned before. */
  readonly waiting: boolean;
  readonly state: 'counted' | 'refused';
  readonly entry: string | null;
  readonly refusal: ShownRefusal | null;
};

export type Outcomes = {
  readonly on: Day;
  readonly items: readonly Outcome[];
  readonly counts: { readonly counted: number; readonly refused: number; readonly waiting: number };
};

/** A wish for one obligation, with what is known of it. */
type Single = {
  readonly item: number;
  readonly act: Wish['act'];
  readonly entry: string;
  readonly row: string;
  readonly from: string;
  readonly to: string | undefined;
  readonly state: ObligationState | undefined;
  readonly refused?: Refusal;
};
type Foreseen = Single & { readonly proposals: readonly PlanProposal[] };
type Judged = Foreseen | (Single & { readonly refused: Refusal });

const AT_ONCE = 200;
const MOST = 5_000;

const nobody = (item: number, { act, from = '', to, row = '' }: Wish, refused: Refusal): Single => ({
  item,
  act,
  entry: '',
  row,
  from,
  to,
  state: undefined,
  refused,
});

const isRefused = (judged: Judged): judged is Single & { readonly refused: Refusal } => judged.refused !== undefined;

const chunksOf = <Item>(items: readonly Item[], length: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / length) }, (_, n) => items.slice(n * length, (n + 1) * length));

const settlementOf = ({ act, entry, row, from, to }: Single): Settlement =>
  act === 'transfer' ? { act, entry, row, from, to: to ?? '' } : { act, entry, row, from };

/** What units that have ended still owe, and what becomes of it. */
@Injectable()
export class Settlements {
  constructor(
    private readonly commands: CommandBus,
    private readonly handler: PlanHandler,
    private readonly plans: PlanQuery,
    private readonly progress: ProgressQuery,
    private readonly organization: OrganizationQuery,
    private readonly reorganisations: ReorganisationQuery,
    private readonly texts: Texts,
    private readonly clock: Clock,
  ) {}

  /** A page of what units that do not operate any more on a day have not completed, by unit and row. */
  async unsettled(
    idOrCode: string,
    asked: {
      readonly on?: Day | undefined;
      readonly unit?: string | undefined;
      readonly cursor?: string | undefined;
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<Page<Unsettled> & { readonly on: Day; readonly stale: boolean; readonly total: number }> {
    const plan = await this.progress.plan(idOrCode);
    const clocks = await this.progress.clocks({ on: asked.on }, asked.after);
    const { on, stale } = clocks;
    const open = (await this.progress.obligations(plan.id, clocks)).filter(
      ({ completed, unit }) => !completed && (asked.unit === undefined || unit === asked.unit),
    );
    const ended = new Map<string, NamedUnit & { readonly ended: Day }>();
    for (const id of new Set(open.map(({ unit }) => unit))) {
      const unit = await this.organization.unit(id, on);
      if (unit && unit.dissolved !== null && unit.dissolved <= on) {
        ended.set(id, { id, code: unit.code, name: unit.name, ended: unit.dissolved });
      }
    }
    const order = new Map(
      [...ended.values()]
        .sort((a, b) => a.name.localeCompare(b.name, 'vi') || (a.id < b.id ? -1 : 1))
        .map(({ id }, place) => [id, place]),
    );
    const placeOf = ({ unit, ordinal }: ObligationState): number => (order.get(unit) ?? 0) * 100_000 + ordinal;
    const all = open.filter(({ unit }) => ended.has(unit)).sort((a, b) => placeOf(a) - placeOf(b));
    const [behind] = keyOf(asked.cursor, 1) ?? [];
    const from = behind === undefined ? 0 : Number(behind);
    if (!Number.isInteger(from) || from < 0) throw refusal('invalid', 'request.bad-cursor');
    const shown = all.slice(from, from + asked.limit + 1).map((state, index) => ({ state, place: from + index }));
    const page = pageOf(shown, asked.limit, ({ place }) => [String(place + 1)]);
    const successors = new Map<string, readonly Suggestion[]>();
    for (const { state } of page.items) {
      if (!successors.has(state.unit)) successors.set(state.unit, await this.suggested(state.unit, on));
    }
    return {
      on,
      stale,
      items: page.items.map(({ state }) => {
        const { obligation: id, task, code, title, unit, due, owed, met, started, waiting, overdue, suspended } = state;
        return {
          id,
          task: { id: task, code, title },
          unit: ended.get(unit) as NamedUnit & { readonly ended: Day },
          due,
          owed,
          met,
          started,
          waiting,
          overdue,
          suspended,
          successors: successors.get(unit) ?? [],
        };
      }),
      next: page.next,
      total: all.length,
    };
  }

  /** What would come of each wish; nothing is recorded. */
  async preview(idOrCode: string, wishes: Wishes, sender: Sender): Promise<Outcomes> {
    const plan = await this.plans.find(idOrCode);
    return this.outcomes(wishes.on, await this.judged(plan, wishes, sender));
  }

  /** Settles what can be settled; what cannot is told with its code, and leaves the rest as it is. */
  async settle(idOrCode: string, wishes: Wishes, sender: Sender): Promise<Receipt & Outcomes> {
    const plan = await this.plans.find(idOrCode);
    const judged = await this.judged(plan, wishes, sender);
    const late = new Map<Judged, Refusal>();
    const receipt = await this.texts.during(sender, { reason: wishes.reason }, (refs) =>
      this.recorded(
        plan,
        wishes,
        judged.filter((each): each is Foreseen => !isRefused(each)),
        refs.reason,
        sender,
        late,
      ),
    );
    const final = judged.map((each) => ({ ...each, ...(late.has(each) ? { refused: late.get(each) } : {}) }));
    return { ...receipt, ...(await this.outcomes(wishes.on, final)) };
  }

  /** Those that carry on the work of a unit and operate on a day, the nearest first. */
  private async suggested(unit: string, on: Day): Promise<readonly Suggestion[]> {
    const suggestions: Suggestion[] = [];
    for (const { unit: id, by, function: what, distance } of await this.reorganisations.successors(unit)) {
      if (!(await this.organization.operates(id, on))) continue;
      suggestions.push({ unit: await this.named(id, on), by, function: what, distance });
    }
    const workFirst = ({ by }: Suggestion): number => (by === 'move-function' ? 1 : 0);
    return suggestions.sort((a, b) => workFirst(a) - workFirst(b) || a.distance - b.distance);
  }

  /** Each wish for each obligation, with what the plan's own rules say to it. */
  private async judged(plan: PlanItem, wishes: Wishes, sender: Sender): Promise<readonly Judged[]> {
    const singles = await this.singles(plan, wishes, sender);
    const named = singles.filter(({ refused }) => refused === undefined);
    const { reason } = this.texts.foreseen(sender, { reason: wishes.reason });
    const [whole, ...foreseen] = await this.handler.foreseeEach([
      this.dispatch(plan, wishes, [], reason, sender),
      ...named.map((single) => this.dispatch(plan, wishes, [single], reason, sender)),
    ]);
    if (whole instanceof Refusal) throw whole;
    const answers = new Map(named.map((single, index) => [single, foreseen[index]]));
    return singles.map((single): Judged => {
      if (single.refused !== undefined) return { ...single, refused: single.refused };
      const answer = answers.get(single) ?? [];
      return answer instanceof Refusal ? { ...single, refused: answer } : { ...single, proposals: answer };
    });
  }

  private async singles(plan: PlanItem, { on, items }: Wishes, sender: Sender): Promise<readonly Single[]> {
    const today = this.clock.today();
    const clocks = await this.progress.clocks({ on: on < today ? today : on });
    const [states, ever] = await Promise.all([
      this.progress.obligations(plan.id, clocks),
      this.progress.everOwed(plan.id),
    ]);
    const byId = new Map(states.map((state) => [state.obligation, state]));
    const known = new Map(ever.map((each) => [each.obligation, each]));
    const entryOf = (task: string, from: string, to = ''): string => idOf(sender.command, 'settled', task, from, to);
    const singles = items.flatMap((wish, item): Single[] => {
      const { act, row, to, obligation } = wish;
      if ((obligation ?? wish.from) === undefined || (act === 'transfer') !== (to !== undefined)) {
        throw refusal('invalid', 'settlement.wish-incomplete', { item });
      }
      const single = (task: string, from: string): Single => {
        const state = byId.get(idOf(task, from));
        const one = { item, act, entry: entryOf(task, from, to), row: task, from, to, state };
        return state?.completed ? { ...one, refused: refusal('conflict', 'settlement.completed') } : one;
      };
      if (obligation !== undefined) {
        const found = known.get(obligation);
        return [
          found
            ? single(found.task, found.unit)
            : nobody(item, wish, refusal('absent', 'obligation.absent', { obligation })),
        ];
      }
      const { from = '' } = wish;
      if (row !== undefined) return [single(row, from)];
      // What this very command has settled already is told again when it is repeated.
      const open = new Set(
        ever
          .filter(({ unit, task, entry }) => unit === from && entry === entryOf(task, from, to))
          .concat(
            states.filter(({ unit, completed }) => unit === from && !completed).map((one) => ({ ...one, entry: '' })),
          )
          .map(({ task }) => task),
      );
      if (open.size === 0) return [nobody(item, wish, refusal('conflict', 'settlement.nothing-open', { unit: from }))];
      return [...open].map((task) => single(task, from));
    });
    if (singles.length > MOST) throw refusal('invalid', 'settlement.too-many', { most: MOST });
    // What two wishes name is one act, and told once.
    const firsts = new Map(singles.map((one) => [one.entry, one] as const).reverse());
    return singles.filter((one) => one.entry === '' || firsts.get(one.entry) === one);
  }

  private dispatch(
    { id }: PlanItem,
    { on, document }: Wishes,
    singles: readonly Single[],
    reason: TextRef | undefined,
    sender: Sender,
  ): PlanDispatch {
    const items = singles.map(settlementOf);
    return new PlanDispatch(id, sender, 'SettleObligations', {
      items,
      on,
      document: { ...document },
      ...(reason ? { reason } : {}),
    });
  }

  /**
   * Records what was foreseen, as many at once as an append takes. Where somebody else was faster in between, each of
   * them is asked for on its own.
   */
  private async recorded(
    plan: PlanItem,
    wishes: Wishes,
    ready: readonly Foreseen[],
    reason: TextRef | undefined,
    sender: Sender,
    late: Map<Judged, Refusal>,
  ): Promise<Receipt> {
    let last: Receipt | undefined;
    let { expected } = sender;
    const send = async (some: readonly Foreseen[]): Promise<Receipt> => {
      const { expected: _, ...by } = sender;
      const command = idOf(sender.command, 'settle', ...some.map(({ entry }) => entry));
      const own = { ...by, command, ...(expected === undefined ? {} : { expected }) };
      const receipt: Receipt = await this.commands.execute(this.dispatch(plan, wishes, some, reason, own));
      const { unchanged, ...made } = receipt;
      last = unchanged && (last?.unchanged ?? true) ? receipt : made;
      if (expected !== undefined) expected = receipt.revision;
      return last;
    };
    for (const chunk of chunksOf(ready, AT_ONCE)) {
      try {
        await send(chunk);
      } catch (error) {
        if (!(error instanceof Refusal) || error.kind === 'stale') throw error;
        for (const single of chunk) {
          try {
            await send([single]);
          } catch (refused) {
            if (!(refused instanceof Refusal)) throw refused;
            late.set(single, refused);
          }
        }
      }
    }
    // Who has settled nothing is told where the plan stands.
    return last ?? send([]);
  }

  private async outcomes(on: Day, judged: readonly Judged[]): Promise<Outcomes> {
    const units = new Map<string, NamedUnit>();
    for (const id of judged.flatMap(({ from, to }) => [from, to ?? ''])) {
      if (id !== '' && !units.has(id)) units.set(id, await this.named(id, on));
    }
    const items = judged.map((each): Outcome => {
      const { item, act, entry, row, from, to, state } = each;
      const made = isRefused(each) ? undefined : each.proposals[0];
      return {
        item,
        act,
        obligation: row === '' ? null : idOf(row, from),
        task: state ? { id: row, code: state.code, title: state.title } : null,
        from: units.get(from) ?? null,
        to: units.get(to ?? '') ?? null,
        inherits: made?.type === 'ObligationTransferred' ? made.data.inherits : null,
        owed: state?.owed ?? null,
        met: state?.met ?? null,
        waiting: state?.waiting ?? false,
        state: isRefused(each) ? 'refused' : 'counted',
        entry: isRefused(each) ? null : entry,
        refusal: isRefused(each) ? shownRefusal(each.refused) : null,
      };
    });
    const count = (keep: (outcome: Outcome) => boolean): number => items.filter(keep).length;
    return {
      on,
      items,
      counts: {
        counted: count(({ state }) => state === 'counted'),
        refused: count(({ state }) => state === 'refused'),
        waiting: count(({ state, waiting }) => state === 'counted' && waiting),
      },
    };
  }

  private async named(id: string, day: Day): Promise<NamedUnit> {
    const unit = await this.organization.unit(id, day);
    return { id, code: unit?.code ?? '', name: unit?.name ?? '' };
  }
}
