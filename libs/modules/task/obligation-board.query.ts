import { Injectable } from '@nestjs/common';
import { countingOn, type Day } from '#kernel';
import { Database, Together } from '#platform/database';
import { Projector } from '#platform/projector';
import type { LaterDue, LaterMode, OwedFact, StandingAct } from './obligation-board.view.js';

/** A row of a promulgated plan as rules see it on a day: `due` is its first due date, recorded at the position `at`. */
export type RowFacts = {
  readonly plan: string;
  /** The plan is closed. */
  readonly closed: boolean;
  readonly due: string | null;
  readonly at: string;
  readonly periods: readonly number[];
  /** How it is completed on that day. */
  readonly mode: string;
  readonly amended: readonly LaterDue[];
  readonly extensions: readonly LaterDue[];
  /** No amendment has removed it. */
  readonly inPlan: boolean;
  /** The day from which it stands in the base no more, removed or cancelled; null while it stands there. */
  readonly left: Day | null;
};

/** An obligation as rules see it on a day. */
export type OwedFacts = RowFacts & {
  readonly task: string;
  readonly unit: string;
  /** The unit owes the row. */
  readonly owes: boolean;
  /** The later day from which it does; null where none is known or it does already. */
  readonly begins: Day | null;
  /** The obligations that were handed on to this one, in turn: what they had accepted counts for it. */
  readonly heirOf: readonly string[];
  /** Those to which this one was handed on, in turn: what it has accepted counts for them. */
  readonly heirs: readonly string[];
};

/** An obligation in force of a row: its id, and those of obligations that were handed on to it, in turn. */
export type OwedOfRow = { readonly obligation: string; readonly heirOf: readonly string[] };

const VIEW = 'obligation-board';
/** So many obligations are remembered at most. */
const MOST_KNOWN = 20_000;

/** Rows of the plan's promulgation in force, and nothing of a draft or of one that was withdrawn. */
const IN_FORCE = `from view_obligation_board.row r join view_obligation_board.plan p on p.plan = r.plan and r.at >= p.since`;
const ROW = `r.plan, p.closed, r.due, r.at, r.periods, r.mode, r.modes, r.amended, r.extensions, r.acts, r.removed`;

type StoredRow = Omit<RowFacts, 'inPlan' | 'left'> & {
  readonly modes: readonly LaterMode[];
  readonly acts: readonly StandingAct[];
  readonly removed: string | null;
};
type StoredOwed = StoredRow & {
  readonly obligation: string;
  readonly task: string;
  readonly unit: string;
  readonly facts: readonly OwedFact[];
};

/** What the board said of an obligation, and what that comes to on the day for which it was asked last. */
type KnownOwed = { readonly stored: StoredOwed; day: Day; facts: OwedFacts | undefined };

type StoredOwedOfRow = Pick<StoredOwed, 'obligation' | 'facts'>;

/** Asks who owes what. What is not there yet is waited for: a plan may have been promulgated a moment ago. */
@Injectable()
export class ObligationBoardQuery {
  private readonly together = new Together<string, StoredOwed | undefined>((ids) => this.obligations(ids));
  /** What the board said of obligations, and in which version. */
  private readonly known = new Map<string, KnownOwed>();
  private version: number | undefined;

  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
  ) {}

  /** The obligation of that id in a promulgated plan, as it stands on a day by what is recorded now. */
  async obligation(id: string, day: Day): Promise<OwedFacts | undefined> {
    const known = this.remembered(id);
    if (known?.facts && known.day === day) return known.facts;
    const found =
      known?.stored ??
      (await this.together.of(id)) ??
      ((await this.isBehind()) ? (await this.obligations([id]))[0] : undefined);
    if (!found) return undefined;
    const facts = await this.owedOn(found, day);
    const kept = this.remembered(id);
    if (kept?.stored === found) [kept.day, kept.facts] = [day, facts];
    return facts;
  }

  private async owedOn(found: StoredOwed, day: Day): Promise<OwedFacts> {
    const { task, unit, facts } = found;
    const last = countingOn(facts, day);
    const owes = last?.holds ?? false;
    const begins = owes ? null : (facts.find(({ holds, on }) => holds && on > day)?.on ?? null);
    return { ...rowOn(found, day), task, unit, owes, begins, ...(await this.handedOn(found, day)) };
  }

  /** The row of that id in a promulgated plan, as it stands on a day, and the obligations of those who owe it then. */
  async row(task: string, day: Day): Promise<(RowFacts & { readonly owed: readonly OwedOfRow[] }) | undefined> {
    type Asked = StoredRow & { readonly owed: readonly StoredOwedOfRow[] };
    const ask = async (): Promise<Asked | undefined> => {
      const { rows } = await this.database.pool.query<Asked>({
        name: 'row-facts',
        text: `select ${ROW}, (
                 select coalesce(json_agg(json_build_object('obligation', o.obligation, 'facts', o.facts)), '[]')
                 from view_obligation_board.owed o where o.task = r.task and o.at >= p.since) as owed
               ${IN_FORCE} where r.task = $1`,
        values: [task],
      });
      return rows[0];
    };
    const found = (await ask()) ?? ((await this.isBehind()) ? await ask() : undefined);
    if (!found) return undefined;
    const all = new Map(found.owed.map((one) => [one.obligation, one]));
    const owed = found.owed
      .filter(({ facts }) => countingOn(facts, day)?.holds === true)
      .map((one) => ({ obligation: one.obligation, heirOf: lineIn(all, one, day) }));
    return { ...rowOn(found, day), owed };
  }

  /** The rows of a plan whose due date in force on a day is that of an extension, with this date. */
  async extendedOn(plan: string, day: Day): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.database.pool.query<
      Pick<StoredRow, 'amended' | 'extensions'> & { readonly task: string }
    >(`select r.task, r.amended, r.extensions ${IN_FORCE} where r.plan = $1 and r.extensions <> '[]'`, [plan]);
    return new Map(
      rows.flatMap(({ task, amended, extensions }) => {
        const facts = [...amended.filter(({ text }) => text === undefined), ...extensions]
          .map((fact) => ({ ...fact, on: fact.effect }))
          .sort((a, b) => (BigInt(a.at) < BigInt(b.at) ? -1 : 1));
        const last = countingOn(facts, day);
        const isExtension = extensions.some(({ entry }) => entry === last?.entry);
        return isExtension && last?.due ? [[task, last.due] as const] : [];
      }),
    );
  }

  /** What was handed on to an obligation up to a day, and to which it was: all are of the same row. */
  private async handedOn(one: StoredOwed, day: Day): Promise<Pick<OwedFacts, 'heirOf' | 'heirs'>> {
    // Nearly all begin with the promulgation and never end.
    if (one.facts.every(({ holds, inherits }) => holds && inherits === undefined)) return { heirOf: [], heirs: [] };
    const { rows } = await this.database.pool.query<StoredOwedOfRow>({
      name: 'owed-of-row',
      text: `select o.obligation, o.facts ${IN_FORCE}
             join view_obligation_board.owed o on o.task = r.task and o.at >= p.since where r.task = $1`,
      values: [one.task],
    });
    const all = new Map(rows.map((each) => [each.obligation, each]));
    const heirs = rows.filter((each) => lineIn(all, each, day).includes(one.obligation));
    return { heirOf: lineIn(all, one, day), heirs: heirs.map(({ obligation }) => obligation) };
  }

  /** What the board said of an obligation; undefined when it may say something else by now. */
  private remembered(id: string): KnownOwed | undefined {
    const version = this.projector.versionOf(VIEW);
    return version === undefined || version !== this.version ? undefined : this.known.get(id);
  }

  /** Remembers what was asked in a version, unless the board has changed meanwhile. */
  private remember(version: number | undefined, owed: readonly StoredOwed[]): void {
    if (version === undefined || version !== this.projector.versionOf(VIEW)) return;
    if (version !== this.version || this.known.size + owed.length > MOST_KNOWN) this.known.clear();
    this.version = version;
    for (const stored of owed) this.known.set(stored.obligation, { stored, day: '', facts: undefined });
  }

  private async obligations(ids: readonly string[]): Promise<readonly (StoredOwed | undefined)[]> {
    const version = this.projector.versionOf(VIEW);
    const { rows } = await this.database.pool.query<StoredOwed>({
      name: 'obligation-facts',
      text: `select o.obligation, o.task, o.unit, o.facts, ${ROW}
             ${IN_FORCE} join view_obligation_board.owed o on o.task = r.task and o.at >= p.since
             where o.obligation = any($1)`,
      values: [ids],
    });
    this.remember(version, rows);
    const found = new Map(rows.map((facts) => [facts.obligation, facts]));
    return ids.map((id) => found.get(id));
  }

  /** True when what was not found may be there by now: the board has come along meanwhile. */
  private isBehind(): Promise<boolean> {
    return this.projector.caughtUp([VIEW]);
  }
}

/** The obligations that were handed on to one up to a day. */
const inheritedIn = (facts: readonly OwedFact[], day: Day): readonly string[] =>
  facts.flatMap(({ holds, on, inherits }) => (holds && on <= day && inherits !== undefined ? [inherits] : []));

/** Those that were handed on to one of a row's obligations, in turn: all are of the same row. */
const lineIn = (all: ReadonlyMap<string, StoredOwedOfRow>, heir: StoredOwedOfRow, day: Day): readonly string[] => {
  const line = new Set([heir.obligation]);
  for (const obligation of line) for (const one of inheritedIn(all.get(obligation)?.facts ?? [], day)) line.add(one);
  line.delete(heir.obligation);
  return [...line];
};

const rowOn = (
  { plan, closed, due, at, periods, mode: first, modes, amended, extensions, acts, removed }: StoredRow,
  day: Day,
): RowFacts => {
  const mode = countingOn(modes, day)?.mode ?? first;
  const facts = { plan, closed, due, at, periods, mode, amended, extensions };
  if (removed === null && acts.length === 0) return { ...facts, inPlan: true, left: null };
  const inPlan = removed === null || day < removed;
  const cancelled = countingOn(
    acts.filter(({ kind }) => kind === 'cancel' || kind === 'reopen'),
    day,
  );
  const days = [...(inPlan ? [] : [removed]), ...(cancelled?.kind === 'cancel' ? [cancelled.on] : [])];
  return { ...facts, inPlan, left: days.sort()[0] ?? null };
};
