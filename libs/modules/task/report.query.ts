import { Injectable } from '@nestjs/common';
import type { JsonObject, TextRef } from '#kernel';
import { Database } from '#platform/database';
import { Texts, type ShownText } from '#platform/texts';
import type { Evidence, ObligationEvents } from './obligation.events.js';
import { type Held, SaidQuery } from './said.query.js';

/** What a version of a report says; an account that was erased is said to be. */
export type ReportSaid = {
  readonly complete: boolean;
  readonly percent: number;
  /** The work day. */
  readonly on: string;
  readonly account: ShownText | null;
  readonly evidence: readonly (Evidence & { readonly name?: ShownText })[];
  /** The word of the column "Đánh giá" under which it was handed in by file; of a corrected version none. */
  readonly assessment: string | null;
};

/** A report that is not withdrawn, as it stands now, with all its versions. */
export type ReportStands = {
  readonly report: string;
  readonly obligation: string;
  readonly period: number;
  readonly reporter: string;
  /** Who corrected it last. */
  readonly corrector: string | null;
  readonly status: 'waiting' | 'accepted' | 'returned';
  readonly versions: readonly ReportSaid[];
};

/** An act on a report since a position. */
export type ReportActed = {
  readonly entry: string;
  readonly kind: string;
  readonly obligation: string;
  readonly period: number;
  readonly recorded: string;
  readonly actor: string;
  /** The file through which it came. */
  readonly source: string | null;
};

/** Rows by obligation. */
type RowsOfObligations = ReadonlyMap<string, string>;

const REPORT_ACTS: readonly (keyof ObligationEvents)[] = [
  'WorkReported',
  'ReportAccepted',
  'ReportReturned',
  'ReportCorrected',
  'ReportWithdrawn',
  'AcceptanceWithdrawn',
];

/**
 * The acts of some types on some obligations of a plan, in order. By "offset 0" each obligation is looked up by itself;
 * for many of them PostgreSQL would otherwise read and sort all of the plan.
 */
const actsOf = (condition = ''): string => `
  select found.* from unnest($2::uuid[], $3::uuid[]) as asked (task, obligation)
  cross join lateral (
    select e.type, e.entry, e.obligation, e.period, e."on", e.at, e.data from view_entries.entry e
    where e.task = asked.task and e.obligation = asked.obligation and e.plan = $1 and e.type = any($4) ${condition}
    offset 0) found
  order by found.at`;

type ActRow = {
  readonly type: string;
  readonly entry: string;
  readonly obligation: string;
  readonly period: number;
  readonly on: string;
  readonly at: string;
  readonly actor: string;
  readonly data: JsonObject;
};
type Content = Omit<ReportSaid, 'account' | 'evidence'> & {
  readonly account: TextRef | undefined;
  readonly evidence: readonly Evidence[];
};
type Standing = Omit<ReportStands, 'versions' | 'status'> & {
  readonly status: ReportStands['status'] | 'withdrawn';
  readonly versions: readonly Content[];
};

const contentOf = (data: JsonObject, on: string): Content => ({
  complete: data['complete'] === true,
  percent: Number(data['percent']),
  on,
  account: data['account'] as TextRef | undefined,
  evidence: (data['evidence'] as unknown as Evidence[] | undefined) ?? [],
  assessment: typeof data['assessment'] === 'string' ? data['assessment'] : null,
});

/** A report after one more act on it. */
const after = (before: Standing, { type, actor, data }: ActRow): Standing => {
  switch (type) {
    case 'ReportAccepted':
      return { ...before, status: 'accepted' };
    case 'ReportReturned':
      return { ...before, status: 'returned' };
    case 'ReportWithdrawn':
      return { ...before, status: 'withdrawn' };
    case 'AcceptanceWithdrawn':
      return { ...before, status: 'waiting' };
    default:
      return {
        ...before,
        corrector: actor,
        status: data['ended'] === null ? before.status : 'waiting',
        versions: [...before.versions, contentOf(data, data['workDay'] as string)],
      };
  }
};

/** What reports say, word for word, and what has been done to them. */
@Injectable()
export class ReportQuery {
  constructor(
    private readonly database: Database,
    private readonly texts: Texts,
    private readonly said: SaidQuery,
  ) {}

  /** The reports of these obligations that are not withdrawn, in the order in which they were recorded. */
  async reports(plan: string, obligations: RowsOfObligations): Promise<readonly ReportStands[]> {
    const { rows } = await this.database.pool.query<Held<ActRow>>({
      name: 'report-acts',
      text: actsOf(),
      values: [plan, [...obligations.values()], [...obligations.keys()], REPORT_ACTS],
    });
    const standing = new Map<string, Standing>();
    for (const row of await this.said.filled(rows)) {
      if (row.type === 'WorkReported') {
        standing.set(row.entry, {
          report: row.entry,
          obligation: row.obligation,
          period: row.period,
          reporter: row.actor,
          corrector: null,
          status: 'waiting',
          versions: [contentOf(row.data, row.on)],
        });
      } else {
        const before = standing.get(row.data['report'] as string);
        if (before) standing.set(before.report, after(before, row));
      }
    }
    return this.shown([...standing.values()]);
  }

  /** What was done to reports of these obligations behind a position, oldest first. */
  async since(plan: string, position: string, obligations: RowsOfObligations): Promise<readonly ReportActed[]> {
    const { rows } = await this.database.pool.query<Held<ActRow>>(actsOf('and e.at > $5'), [
      plan,
      [...obligations.values()],
      [...obligations.keys()],
      REPORT_ACTS,
      position,
    ]);
    return (await this.said.filled(rows)).map(({ type, entry, obligation, period, recorded, actor, data }) => {
      const { source } = data;
      const said = { entry, kind: type, obligation, period, recorded, actor };
      return { ...said, source: typeof source === 'string' ? source : null };
    });
  }

  private async shown(reports: readonly Standing[]): Promise<readonly ReportStands[]> {
    const contents = reports.flatMap(({ versions }) => versions);
    const texts = await this.texts.show(
      contents.flatMap(({ account, evidence }) => [account, ...evidence.map(({ file }) => file?.name)]),
    );
    const textOf = (ref: TextRef): ShownText => texts.get(ref.id) ?? { erased: true };
    return reports.flatMap(({ status, versions, ...report }) =>
      status === 'withdrawn'
        ? []
        : [
            {
              ...report,
              status,
              versions: versions.map(({ account, evidence, ...content }) => ({
                ...content,
                account: account ? textOf(account) : null,
                evidence: evidence.map((piece) => ({
                  ...piece,
                  ...(piece.file?.name ? { name: textOf(piece.file.name) } : {}),
                })),
              })),
            },
          ],
    );
  }
}
