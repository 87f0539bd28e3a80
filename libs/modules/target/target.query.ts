import { Injectable } from '@nestjs/common';
import { existingDay, matches, OPEN, refusal, type Day, type Document, type JsonObject, type TextRef } from '#kernel';
import { Clock } from '#platform/clock';
import { Database } from '#platform/database';
import { isPosition, keyOf, pageOf, type Page } from '#platform/http';
import { Projector } from '#platform/projector';
import { Texts, type ShownText } from '#platform/texts';
import type { Reading, TargetContent } from './target.events.js';
import { moveOf, verdictOf, type Because, type Move, type Verdict } from './verdict.query.js';

/** The question's two clocks, answered. */
export type TargetClocks = {
  readonly on: Day;
  readonly recorded: Day;
  readonly upTo: string;
  readonly position: string;
  readonly stale: boolean;
};

/** A value at (D, R). */
export type ValueState = {
  readonly id: string;
  readonly version: number;
  readonly on: Day;
  /** What this value alone says of the goal. */
  readonly verdict: Verdict;
} & Reading;

/** A target at (D, R), with its values, the last one first. */
export type TargetState = {
  readonly id: string;
  readonly plan: string;
  readonly year: number;
  /** The day since which it says so, and the document that changed it, where one did. */
  readonly since: Day;
  readonly document: Document | null;
  readonly content: TargetContent;
  readonly values: readonly ValueState[];
  readonly verdict: Verdict;
  /** Why it is open; null when it is decided. */
  readonly because: Because | null;
  /** True while the verdict rests on a value from before the end of the plan's year. */
  readonly interim: boolean;
  /** The last value against the one before it, else against the baseline. */
  readonly comparison: (Move & { readonly with: 'value' | 'baseline'; readonly on: Day }) | null;
  /** True when the last value's rate does not follow from its own counts. */
  readonly doubtful: boolean;
};

/** Targets counted by verdict: apart from rows, and in no percentage of them. */
export type TargetCounts = {
  readonly met: number;
  readonly missed: number;
  readonly open: number;
  /** How many of the met and missed rest on values from before the end of the year. */
  readonly interim: number;
};

/** An act on a target as it is shown. */
export type ShownAct = {
  readonly id: string;
  readonly kind: string;
  readonly on: Day;
  readonly recorded: string;
  readonly position: string;
  readonly actor: string;
  readonly reading?: Reading;
  /** The day as of which a corrected value holds. */
  readonly day?: Day;
  readonly reason?: ShownText & { readonly id: string };
};

type SaidRow = {
  readonly target: string;
  readonly plan: string;
  readonly year: number;
  readonly on: Day;
  readonly content: TargetContent | null;
  readonly document: Document | null;
};
type ValueRow = {
  readonly value: string;
  readonly version: number;
  readonly target: string;
  readonly on: Day;
  readonly reading: Reading;
};
type ActRow = {
  readonly entry: string;
  readonly type: string;
  readonly on: Day;
  readonly at: string;
  readonly recorded: string;
  readonly actor: string;
  readonly data: JsonObject;
};

const VIEW = 'targets';

/** Targets, their values and verdicts at any (on, recorded). */
@Injectable()
export class TargetQuery {
  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
    private readonly clock: Clock,
    private readonly texts: Texts,
  ) {}

  /** Reads both clocks; waits until the view has passed `after`. */
  async clocks(
    asked: { readonly on?: string | undefined; readonly recorded?: string | undefined },
    after?: string,
  ): Promise<TargetClocks> {
    const today = this.clock.today();
    const [on, recorded] = [asked.on ?? today, asked.recorded ?? today];
    for (const day of [on, recorded]) existingDay(day);
    const stale = await this.projector.lags([VIEW], after);
    if (recorded >= today) {
      const position = await this.projector.checkpointOf(VIEW);
      return { on, recorded, upTo: String(BigInt(OPEN) - 1n), position, stale };
    }
    const { rows } = await this.database.pool.query<{ position: string | null }>(
      'select max(position) as position from view_targets.recorded_day where day <= $1',
      [recorded],
    );
    const upTo = rows[0]?.position ?? '0';
    return { on, recorded, upTo, position: upTo, stale };
  }

  /** All targets of a plan at (D, R), in the order in which they were set. */
  async ofPlan(plan: string, clocks: Pick<TargetClocks, 'on' | 'upTo'>): Promise<readonly TargetState[]> {
    return this.states('plan', plan, clocks);
  }

  /** One target at (D, R). */
  async target(id: string, clocks: Pick<TargetClocks, 'on' | 'upTo'>): Promise<TargetState> {
    const [found] = await this.states('target', id, clocks);
    if (!found) throw refusal('absent', 'target.absent');
    return found;
  }

  /** A page of the targets of a plan, filtered; the counts are of all targets of the plan. */
  async page(
    plan: string,
    clocks: TargetClocks,
    asked: {
      readonly verdict?: Verdict | undefined;
      readonly field?: string | undefined;
      readonly unit?: string | undefined;
      readonly search?: string | undefined;
      readonly cursor?: string | undefined;
      readonly limit: number;
    },
  ): Promise<Page<TargetState> & { readonly total: number; readonly counts: TargetCounts }> {
    const all = await this.ofPlan(plan, clocks);
    const kept = all
      .map((state, index) => ({ state, ordinal: index + 1 }))
      .filter(
        ({ state: { verdict, content } }) =>
          (asked.verdict === undefined || verdict === asked.verdict) &&
          (asked.field === undefined || content.field === asked.field) &&
          (asked.unit === undefined || content.leads.includes(asked.unit)) &&
          matches(`${content.title} ${content.note}`, asked.search ?? ''),
      );
    const key = keyOf(asked.cursor, 1);
    const from = key ? kept.filter(({ ordinal }) => ordinal > Number(key[0])) : kept;
    const page = pageOf(from, asked.limit, ({ ordinal }) => [String(ordinal)]);
    return { items: page.items.map(({ state }) => state), next: page.next, total: kept.length, counts: countsOf(all) };
  }

  /** Everything that was done to a target, oldest first. */
  async history(
    target: string,
    asked: { readonly cursor?: string | undefined; readonly limit: number; readonly after?: string | undefined },
  ): Promise<Page<ShownAct>> {
    await this.projector.lags([VIEW], asked.after);
    if ((await this.planOf(target)) === undefined) throw refusal('absent', 'target.absent');
    const key = keyOf(asked.cursor, 1, [isPosition]);
    const { rows } = await this.database.pool.query<ActRow>(
      `select entry, type, "on", at, recorded, actor, data from view_targets.act
       where target = $1 and at > $2 order by at limit $3`,
      [target, key?.[0] ?? '0', asked.limit + 1],
    );
    const page = pageOf(rows, asked.limit, ({ at }) => [at]);
    return { items: await this.shown(page.items), next: page.next };
  }

  /** The plan of a target; one that was set a moment ago is waited for. */
  async planOf(target: string): Promise<string | undefined> {
    const look = async (): Promise<string | undefined> => {
      const { rows } = await this.database.pool.query<{ plan: string }>(
        'select plan from view_targets.standing where target = $1',
        [target],
      );
      return rows[0]?.plan;
    };
    return (await look()) ?? ((await this.projector.caughtUp([VIEW])) ? look() : undefined);
  }

  /** What the targets of a plan are called now, without those that were given up. */
  async titlesOf(
    plan: string,
  ): Promise<readonly { readonly target: string; readonly field: string | null; readonly title: string }[]> {
    await this.projector.caughtUp([VIEW]);
    const { rows } = await this.database.pool.query<{ target: string; field: string | null; title: string }>(
      'select target, field, title from view_targets.standing where plan = $1 and not dropped',
      [plan],
    );
    return rows;
  }

  private async states(
    by: 'plan' | 'target',
    id: string,
    { on, upTo }: Pick<TargetClocks, 'on' | 'upTo'>,
  ): Promise<readonly TargetState[]> {
    const [said, values] = await Promise.all([
      this.database.pool.query<SaidRow>(
        `select s.*, n.at from (
           select distinct on (target) target, plan, year, "on", content, document
           from view_targets.said where ${by} = $1 and "on" <= $2 and since <= $3 and $3 < until
           order by target, "on" desc, since desc) s
         join view_targets.standing n using (target)
         where s.content is not null order by n.at`,
        [id, on, upTo],
      ),
      this.database.pool.query<ValueRow>(
        `select v.value, v.version, v.target, v."on", v.reading from view_targets.value v
         where v.${by} = $1 and v."on" <= $2 and v.since <= $3 and $3 < v.until
         order by v."on" desc, v.since desc`,
        [id, on, upTo],
      ),
    ]);
    return said.rows.flatMap((row) =>
      row.content === null
        ? []
        : [
            stateOf(
              { ...row, content: row.content },
              values.rows.filter(({ target }) => target === row.target),
            ),
          ],
    );
  }

  private async shown(rows: readonly ActRow[]): Promise<readonly ShownAct[]> {
    const reasonOf = ({ data }: ActRow): TextRef | undefined => data['reason'] as TextRef | undefined;
    const texts = await this.texts.show(rows.map(reasonOf));
    return rows.map((row) => {
      const { entry: _entry, plan: _plan, ended: _ended, reason: _reason, ...facts } = row.data;
      const ref = reasonOf(row);
      return {
        ...facts,
        id: row.entry,
        kind: row.type,
        on: row.on,
        recorded: row.recorded,
        position: row.at,
        actor: row.actor,
        ...(ref ? { reason: { id: ref.id, ...(texts.get(ref.id) ?? { erased: true as const }) } } : {}),
      };
    });
  }
}

/** Counts targets by their verdicts. */
export const countsOf = (states: readonly TargetState[]): TargetCounts => {
  const count = (verdict: Verdict): number => states.filter((state) => state.verdict === verdict).length;
  return {
    met: count('met'),
    missed: count('missed'),
    open: count('open'),
    interim: states.filter(({ verdict, interim }) => verdict !== 'open' && interim).length,
  };
};

const stateOf = (
  { target, plan, year, on, content, document }: SaidRow & { readonly content: TargetContent },
  rows: readonly ValueRow[],
): TargetState => {
  const { goal, baseline } = content;
  const values = rows.map(({ value: id, version, on: day, reading }): ValueState => ({
    id,
    version,
    on: day,
    ...reading,
    verdict: verdictOf(goal, reading),
  }));
  const [last, before] = values;
  const verdict = last?.verdict ?? 'open';
  const earlier = before
    ? { of: 'value' as const, ...before }
    : baseline && { of: 'baseline' as const, ...baseline, on: `${baseline.year}-12-31` };
  const move = last && earlier ? moveOf(goal, earlier, last) : null;
  return {
    id: target,
    plan,
    year,
    since: on,
    document,
    content,
    values,
    verdict,
    because: verdict !== 'open' ? null : last ? 'approximate' : 'no-value',
    interim: last !== undefined && last.on < `${year}-12-31`,
    comparison: move && earlier ? { ...move, with: earlier.of, on: earlier.on } : null,
    doubtful: last?.counts?.check === 'differs' || last?.counts?.check === 'impossible',
  };
};
