import { Injectable } from '@nestjs/common';
import { dayOfInstant, refusal, type Document, type JsonObject, type TextRef } from '#kernel';
import { isId } from '#platform/commands';
import { Database } from '#platform/database';
import { isPosition, keyOf, pageOf, type Page } from '#platform/http';
import { Projector } from '#platform/projector';
import { Texts, type ShownText } from '#platform/texts';
import { correctedFrom, type Corrected, type ReportVersion } from './correction.judgement.js';
import type { ReportWindows } from './entry.view.js';
import type { Evidence, ObligationEvents } from './obligation.events.js';
import { type Held, SaidQuery } from './said.query.js';

/** An entry as it was recorded. */
export type EntryRow = {
  readonly entry: string;
  readonly type: string;
  readonly plan: string;
  readonly task: string;
  readonly obligation: string | null;
  readonly unit: string | null;
  readonly period: number | null;
  readonly target: string | null;
  readonly on: string;
  readonly at: string;
  readonly recorded: string;
  readonly actor: string;
  readonly data: JsonObject;
};

/** An entry as it is shown: typed texts are put in, or said to be erased. */
export type ShownEntry = {
  readonly id: string;
  /** The event's name; there is a sentence for each. */
  readonly kind: string;
  readonly task: string;
  readonly obligation: string | null;
  readonly unit: string | null;
  readonly period: number | null;
  /** The entry on which this one acts. */
  readonly target: string | null;
  readonly on: string;
  readonly recorded: string;
  readonly actor: string;
  readonly percent?: number;
  /** Of an acceptance and its withdrawal: whether the version that it is about is complete, or tells of progress. */
  readonly complete?: boolean;
  readonly version?: number;
  readonly workDay?: string;
  readonly ownUnit?: boolean;
  /** The import of the file through which it came. */
  readonly source?: string;
  /** Recorded when the report on the window of its work day was due already: what was reported then did not hold it. */
  readonly enteredLater?: true;
  readonly due?: string;
  readonly before?: string;
  readonly effect?: string;
  readonly afterDue?: boolean;
  /** Who handed on to whom. */
  readonly from?: string;
  readonly to?: string;
  /** Who begins to owe a row by an amendment, and who ceases to. */
  readonly units?: { readonly begin: readonly string[]; readonly end: readonly string[] };
  readonly account?: ShownText & { readonly id: string };
  readonly reason?: ShownText & { readonly id: string };
  readonly document?: Document;
  readonly permit?: Document;
  readonly evidence?: readonly (Omit<Evidence, 'file'> & { readonly file?: object })[];
  readonly position: string;
} & Partial<Corrected>;

/** What a report or an act on one says, by which others are judged; `target` is the report or the acceptance. */
export type ReportActRow = {
  readonly obligation: string;
  readonly type: string;
  readonly entry: string;
  readonly target: string;
  readonly period: number;
  readonly version: number;
  readonly complete: boolean;
};

/** An extension of one obligation as it stands. */
type ObligationExtension = {
  readonly entry: string;
  readonly obligation: string;
  readonly due: string;
  readonly effect: string;
  readonly at: string;
  readonly withReason: boolean;
};

const COLUMNS = `entry, type, plan, task, obligation, unit, period, target, "on", at, data`;

/** One act may say something of several obligations at one position: what it says itself comes before what it also means. */
const ORDER = 'at, (target is not null), entry';
const FIRST = ['0', 'false', '00000000-0000-0000-0000-000000000000'] as const;
const LATEST_FIRST = 'at desc, (target is not null) desc, entry desc';

const textsOf = (data: JsonObject): TextRef[] =>
  [data['account'], data['reason'], ...evidenceOf(data).map(({ file }) => file?.name)].filter(
    (ref): ref is TextRef => typeof ref === 'object' && ref !== null,
  );

type VersionAsked = { readonly entry: string; readonly report: string; readonly version: number };

const ON_VERSIONS: ReadonlySet<string> = new Set(['ReportAccepted', 'ReportCorrected', 'AcceptanceWithdrawn']);

/** The version of a report that an act is about: the accepted one, or the one that a correction changed. */
const versionOf = ({ entry, type, data }: EntryRow): VersionAsked | undefined => {
  const { report, version } = data;
  // Of a withdrawn acceptance the target is the acceptance.
  if (!ON_VERSIONS.has(type) || typeof report !== 'string' || typeof version !== 'number') return undefined;
  return { entry, report, version: type === 'ReportCorrected' ? version - 1 : version };
};

/** What the version that an act is about adds to what is told of the act. */
const toldBy = ({ type, data }: EntryRow, version: ReportVersion | undefined): Partial<ShownEntry> => {
  if (!version) return {};
  if (type !== 'ReportCorrected') return { complete: version.complete };
  return correctedFrom(version, data as unknown as ReportVersion);
};

/** What brings a work day, or accepts one. */
const DATED: ReadonlySet<string> = new Set(['WorkReported', 'ReportCorrected', 'ReportAccepted']);

/** Whether a report, correction or acceptance came after the report on the window of its work day was due. */
const isEnteredLater = (
  { type, on, recorded, data }: EntryRow,
  version: ReportVersion | undefined,
  windows: ReportWindows['windows'] | undefined,
): boolean => {
  if (!DATED.has(type)) return false;
  const workDay = type === 'WorkReported' ? on : type === 'ReportCorrected' ? data['workDay'] : version?.workDay;
  const window = windows?.find(({ cutoff }) => typeof workDay === 'string' && workDay <= cutoff);
  return window !== undefined && dayOfInstant(recorded) > window.due;
};

const evidenceOf = (data: JsonObject): readonly Evidence[] => (data['evidence'] as unknown as Evidence[]) ?? [];

/** Asks for the history of rows and obligations. */
@Injectable()
export class EntryQuery {
  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
    private readonly texts: Texts,
    private readonly said: SaidQuery,
  ) {}

  /**
   * The entry of an id, or the report that a piece of evidence belongs to. One that was recorded a moment ago is waited
   * for, because who acts on it may have nothing but its receipt.
   */
  async find(id: string): Promise<EntryRow & { readonly evidence?: string }> {
    let found = await this.look(id);
    if (!found && (await this.projector.caughtUp(['entries']))) found = await this.look(id);
    if (!found) throw refusal('absent', 'entry.absent');
    return found;
  }

  /**
   * The history of a row, oldest first: acts on the row and on all its obligations, or on one obligation alone. `also` is
   * what else is told of it, each at a position at which no entry stands.
   */
  async history(
    of: { readonly task: string; readonly obligation?: string },
    asked: { readonly cursor?: string | undefined; readonly limit: number; readonly after?: string | undefined },
    also: readonly ShownEntry[] = [],
  ): Promise<Page<ShownEntry>> {
    await this.projector.lags(['entries'], asked.after);
    const isFlag = (part: string): boolean => part === 'true' || part === 'false';
    const [at, isMeant, entry] = keyOf(asked.cursor, 3, [isPosition, isFlag, isId]) ?? FIRST;
    const { rows } = await this.database.pool.query<Held<EntryRow>>(
      `select ${COLUMNS} from view_entries.entry
       where task = $1 ${of.obligation === undefined ? '' : 'and obligation = $6'}
         and at >= $2 and (${ORDER}) > ($2::bigint, $3::boolean, $4::uuid) order by ${ORDER} limit $5`,
      [of.task, at, isMeant, entry, asked.limit + 1, ...(of.obligation === undefined ? [] : [of.obligation])],
    );
    const behind = also.filter(({ position }) => Number(position) > Number(at));
    const told = [...(await this.shown(rows)), ...behind].sort((a, b) => Number(a.position) - Number(b.position));
    return pageOf(told, asked.limit, ({ position, target, id }) => [position, String(target !== null), id]);
  }

  /** The last entries on some rows behind a position, and how many there are: what changed a figure since. */
  async since(
    plan: string,
    position: string,
    tasks: readonly string[],
    limit: number,
  ): Promise<{ readonly items: readonly ShownEntry[]; readonly total: number }> {
    const { rows } = await this.database.pool.query<Held<EntryRow> & { readonly total: string }>(
      `select ${COLUMNS}, count(*) over () as total from view_entries.entry
       where plan = $1 and at > $2 and task = any($3) order by ${LATEST_FIRST} limit $4`,
      [plan, position, tasks, limit],
    );
    const items = rows.map(({ total: _, ...row }) => row);
    return { items: await this.shown(items), total: Number(rows[0]?.total ?? 0) };
  }

  /** Where in the log something was said of a plan's rows, behind `from` up to `to`, in order. */
  async positions(
    plan: string,
    from: string,
    to: string,
  ): Promise<readonly { readonly task: string; readonly at: string }[]> {
    const { rows } = await this.database.pool.query<{ task: string; at: string }>(
      'select distinct task, at from view_entries.entry where plan = $1 and at > $2 and at <= $3 order by at',
      [plan, from, to],
    );
    return rows;
  }

  /** What was said of a row at some positions of the log. */
  async at(task: string, positions: readonly string[]): Promise<readonly ShownEntry[]> {
    const { rows } = await this.database.pool.query<Held<EntryRow>>(
      `select ${COLUMNS} from view_entries.entry where task = $1 and at = any($2) order by ${ORDER}`,
      [task, positions],
    );
    return this.shown(rows);
  }

  /** What was said of a row, recorded up to a position and not withdrawn by then, that concerns one of some days. */
  async ofDays(task: string, days: readonly string[], upTo: string): Promise<readonly ShownEntry[]> {
    const { rows } = await this.database.pool.query<Held<EntryRow>>(
      `select ${COLUMNS} from view_entries.entry e
       where task = $1 and at <= $3 and ("on" = any($2::date[]) or day = any($2::date[]))
         and not exists (
           select from view_entries.entry w
           where w.task = e.task and w.at <= $3 and w.type like '%Withdrawn' and w.target in (e.entry, e.target))
       order by ${ORDER}`,
      [task, days, upTo],
    );
    return this.shown(rows);
  }

  /** The periods of which some obligations of a row have a complete report accepted now, and the position at which it was. */
  async acceptedPeriods(
    task: string,
    obligations: readonly string[],
  ): Promise<readonly { readonly obligation: string; readonly period: number; readonly at: string }[]> {
    await this.projector.caughtUp(['entries']);
    const { rows } = await this.database.pool.query<{ obligation: string; period: number; at: string }>(
      `select a.obligation, a.period, a.at from view_entries.entry a
       join view_entries.entry r on r.entry = a.target
       left join view_entries.entry c on c.task = a.task and c.obligation = a.obligation and c.target = a.target
         and c.type = 'ReportCorrected' and c.version = a.version
       where a.task = $1 and a.obligation = any($2) and a.type = 'ReportAccepted'
         and coalesce(c.complete, r.complete)
         and not exists (
           select from view_entries.entry e where e.task = a.task and e.obligation = a.obligation
             and ((e.type = 'AcceptanceWithdrawn' and e.target = a.entry)
               or (e.type = 'ReportCorrected' and e.ended = a.entry)))`,
      [task, obligations],
    );
    return rows;
  }

  /** The reports on some obligations of a row and what was done to them, in order: of all entries these have a period. */
  async reportActs(task: string, obligations: readonly string[]): Promise<readonly ReportActRow[]> {
    if (obligations.length === 0) return [];
    await this.projector.caughtUp(['entries']);
    const { rows } = await this.database.pool.query<ReportActRow>(
      `select obligation, type, entry, target, period, version, complete from view_entries.entry
       where task = $1 and obligation = any($2) and period is not null order by at`,
      [task, obligations],
    );
    return rows;
  }

  /** The extensions of a row's obligations that stand, as corrected last, each at the place at which it was first recorded. */
  async extensionsOfObligations(task: string): Promise<readonly ObligationExtension[]> {
    await this.projector.caughtUp(['entries']);
    const { rows } = await this.database.pool.query<
      Omit<ObligationExtension, 'due' | 'withReason'> & { readonly first: string; readonly data: null }
    >(
      `select e.entry, e.obligation, e.at as first, coalesce(c.at, e.at) as at, coalesce(c.day, e."on") as effect,
         null as data
       from view_entries.entry e
       left join lateral (
         select c.at, c.day from view_entries.entry c where c.task = e.task and c.obligation = e.obligation
           and c.target = e.entry and c.type = 'ObligationExtensionCorrected' order by c.at desc limit 1) c on true
       where e.task = $1 and e.type = 'ObligationExtended' and not exists (
         select from view_entries.entry w where w.task = e.task and w.obligation = e.obligation
           and w.target = e.entry and w.type = 'ObligationExtensionWithdrawn')`,
      [task],
    );
    const extensions = await this.said.filled(rows);
    return extensions.map(({ entry, obligation, first: at, effect, data }) => {
      const { due, reason } = data as ObligationEvents['ObligationExtended' | 'ObligationExtensionCorrected'];
      return { entry, obligation, due, effect, at, withReason: reason !== undefined };
    });
  }

  /** Whether somebody has reported in a plan, or an act on one of its rows or obligations stands. */
  async workBegun(plan: string): Promise<boolean> {
    await this.projector.caughtUp(['entries']);
    const { rowCount } = await this.database.pool.query(
      `select from view_entries.entry e
       where e.plan = $1 and (e.type = 'WorkReported' or (
         e.type in ('TaskExtended', 'ObligationExtended', 'TaskSuspended', 'TaskResumed', 'TaskCancelled',
           'TaskReopened', 'TaskDeclared', 'ObligationTransferred', 'ObligationEnded')
         and not exists (
           select from view_entries.entry w
           where w.plan = e.plan and w.target = e.entry and w.type in ('TaskExtensionWithdrawn',
             'ObligationExtensionWithdrawn', 'TaskActWithdrawn', 'PlanActWithdrawn'))))
       limit 1`,
      [plan],
    );
    return (rowCount ?? 0) > 0;
  }

  /** By unit, the first report or extension that stands on the obligation with which a transfer begins or ends. */
  async workBehind(transfer: string): Promise<ReadonlyMap<string, string>> {
    await this.projector.caughtUp(['entries']);
    const { rows } = await this.database.pool.query<{ unit: string; entry: string }>(
      `select distinct on (e.unit) e.unit, e.entry
       from view_entries.entry a
       join view_entries.entry t on t.task = a.task and t.type = a.type and (t.entry = a.entry or t.target = a.entry)
       join view_entries.entry e on e.task = t.task and e.obligation = t.obligation
         and e.type in ('WorkReported', 'ObligationExtended')
       where a.entry = $1 and a.type = 'ObligationTransferred' and not exists (
         select from view_entries.entry w where w.task = e.task and w.obligation = e.obligation
           and w.target = e.entry and w.type in ('ReportWithdrawn', 'ObligationExtensionWithdrawn'))
       order by e.unit, e.at, e.entry`,
      [transfer],
    );
    return new Map(rows.map(({ unit, entry }) => [unit, entry]));
  }

  /** How many reports stand on each row of a plan; rows without any are left out. */
  async reportsOf(plan: string): Promise<ReadonlyMap<string, number>> {
    await this.projector.caughtUp(['entries']);
    const { rows } = await this.database.pool.query<{ task: string; reports: number }>(
      `select e.task, count(*)::int as reports from view_entries.entry e
       where e.plan = $1 and e.type = 'WorkReported' and not exists (
         select from view_entries.entry w
         where w.plan = e.plan and w.target = e.entry and w.type = 'ReportWithdrawn')
       group by e.task`,
      [plan],
    );
    return new Map(rows.map(({ task, reports }) => [task, reports]));
  }

  private async look(id: string): Promise<(EntryRow & { readonly evidence?: string }) | undefined> {
    const { rows } = await this.database.pool.query<Held<EntryRow> & { readonly evidence: string | null }>(
      `select ${COLUMNS}, (select v.entry from view_entries.evidence v where v.entry = $1) as evidence
       from view_entries.entry
       where entry = $1 or entry = (select report from view_entries.evidence where entry = $1)`,
      [id],
    );
    const [found] = await this.said.filled(rows);
    if (!found) return undefined;
    const { evidence, ...row } = found;
    return evidence === null ? row : { ...row, evidence };
  }

  private async shown(held: readonly Held<EntryRow>[]): Promise<readonly ShownEntry[]> {
    const rows = await this.said.filled(held);
    const [texts, versions, windows] = await Promise.all([
      this.texts.show(rows.flatMap(({ data }) => textsOf(data))),
      this.versions(rows),
      this.windows(rows),
    ]);
    const shown = (ref: unknown): (ShownText & { readonly id: string }) | undefined => {
      if (typeof ref !== 'object' || ref === null) return undefined;
      const { id } = ref as TextRef;
      return { id, ...(texts.get(id) ?? { erased: true as const }) };
    };
    return rows.map((whole) => {
      const { entry, type, plan, at, data, ...row } = whole;
      const version = versions.get(entry);
      const { entry: _entry, account, reason, evidence: _evidence, plan: _plan, units, ...rest } = data;
      const [accountText, reasonText] = [shown(account), shown(reason)];
      return {
        ...(rest as object),
        // Whom a withdrawn act was about is told by that act.
        ...(units === undefined || Array.isArray(units) ? {} : { units: units as ShownEntry['units'] }),
        ...row,
        id: entry,
        kind: type,
        position: at,
        ...(isEnteredLater(whole, version, windows.get(plan)) ? { enteredLater: true as const } : {}),
        ...toldBy(whole, version),
        ...(accountText ? { account: accountText } : {}),
        ...(reasonText ? { reason: reasonText } : {}),
        ...('evidence' in data
          ? {
              evidence: evidenceOf(data).map(({ file, ...piece }) => ({
                ...piece,
                ...(file ? { file: { ...file, ...(file.name ? { name: shown(file.name) } : {}) } } : {}),
              })),
            }
          : {}),
      };
    });
  }

  /** By act, the version of a report that it is about. */
  private async versions(rows: readonly EntryRow[]): Promise<ReadonlyMap<string, ReportVersion>> {
    const asked = rows.map(versionOf).filter((version) => version !== undefined);
    if (asked.length === 0) return new Map();
    const { rows: held } = await this.database.pool.query<{ entry: string; at: string; data: null; day: string }>(
      `select a.entry, coalesce(c.at, r.at) as at, null as data, coalesce(c.day, r."on") as day
       from unnest($1::uuid[], $2::uuid[], $3::int[]) as a (entry, report, version)
       join view_entries.entry r on r.entry = a.report
       left join view_entries.entry c on c.task = r.task and c.obligation = r.obligation and c.target = r.entry
         and c.type = 'ReportCorrected' and c.version = a.version`,
      [asked.map(({ entry }) => entry), asked.map(({ report }) => report), asked.map(({ version }) => version)],
    );
    const found = await this.said.filled(held);
    return new Map(
      found.map(({ entry, data, day }) => [entry, { ...(data as unknown as ReportVersion), workDay: day }]),
    );
  }

  /** The report windows of the plans of reports, corrections and acceptances. */
  private async windows(rows: readonly EntryRow[]): Promise<ReadonlyMap<string, ReportWindows['windows']>> {
    const plans = new Set(rows.filter(({ type }) => DATED.has(type)).map(({ plan }) => plan));
    if (plans.size === 0) return new Map();
    const { rows: found } = await this.database.pool.query<ReportWindows>(
      'select plan, windows from view_entries.report_windows where plan = any($1)',
      [[...plans]],
    );
    return new Map(found.map(({ plan, windows }) => [plan, windows]));
  }
}
