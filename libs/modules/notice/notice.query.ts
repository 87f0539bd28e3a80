import { Injectable } from '@nestjs/common';
import { OPEN, refusal } from '#kernel';
import { Database } from '#platform/database';
import { EventStore } from '#platform/event-store';
import { isPosition, keyOf, pageOf, type Page } from '#platform/http';
import { Projector } from '#platform/projector';
import type { NoticeKind } from './notice.events.js';

/** A notice as one account sees it. */
export type NoticeItem = {
  readonly id: string;
  readonly unit: string;
  readonly kind: NoticeKind;
  readonly plan: string;
  readonly task: string;
  readonly obligation: string;
  readonly code: string;
  readonly title: string;
  readonly period: number | null;
  readonly due: string | null;
  readonly days: number | null;
  readonly waits: boolean;
  readonly report: string | null;
  readonly on: string;
  readonly recorded: string;
  readonly position: string;
  /** When this account read it; null when it has not. */
  readonly read: string | null;
};

const VIEW = 'notices';
const COLUMNS = `n.notice as id, n.unit, n.kind, n.plan, n.task, n.obligation, n.code, n.title, n.period, n.due, n.days,
  n.waits, n.report, n."on", n.recorded, n.at as position, r.read`;

/** Asks what a unit was told, and what of it an account has read. */
@Injectable()
export class NoticeQuery {
  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
    private readonly store: EventStore,
  ) {}

  /** A page of a unit's notices, the newest first. */
  async page(
    unit: string,
    account: string,
    asked: { readonly unread: boolean; readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<Page<NoticeItem>> {
    const key = keyOf(asked.cursor, 1, [isPosition]);
    const { rows } = await this.database.pool.query<NoticeItem>(
      `select ${COLUMNS}
       from view_notices.notice n left join notice_reading r on r.notice = n.notice and r.account = $2
       where n.unit = $1 and n.at < $3 and (not $4 or r.read is null)
       order by n.at desc limit $5`,
      [unit, account, key?.[0] ?? OPEN, asked.unread, asked.limit + 1],
    );
    return pageOf(rows, asked.limit, ({ position }) => [position]);
  }

  /** One notice. */
  async find(id: string, account: string): Promise<NoticeItem> {
    const { rows } = await this.database.pool.query<NoticeItem>(
      `select ${COLUMNS}
       from view_notices.notice n left join notice_reading r on r.notice = n.notice and r.account = $2
       where n.notice = $1`,
      [id, account],
    );
    if (!rows[0]) throw refusal('absent', 'notice.absent');
    return rows[0];
  }

  /** How many notices of a unit an account has not read. */
  async unread(unit: string, account: string): Promise<number> {
    const { rows } = await this.database.pool.query<{ count: number }>(
      `select count(*)::int as count from view_notices.notice n
       where n.unit = $1
         and not exists (select from notice_reading r where r.notice = n.notice and r.account = $2)`,
      [unit, account],
    );
    return rows[0]?.count ?? 0;
  }

  /** The notices of a unit up to a position that an account has not read. */
  async unreadUpTo(unit: string, account: string, position: string): Promise<readonly string[]> {
    const { rows } = await this.database.pool.query<{ notice: string }>(
      `select n.notice from view_notices.notice n
       where n.unit = $1 and n.at <= $3
         and not exists (select from notice_reading r where r.notice = n.notice and r.account = $2)`,
      [unit, account, position],
    );
    return rows.map(({ notice }) => notice);
  }

  /** Which of these notices were given, as far as the view has come. */
  async given(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const { rows } = await this.database.pool.query<{ notice: string }>(
      'select notice from view_notices.notice where notice = any($1)',
      [ids],
    );
    return new Set(rows.map(({ notice }) => notice));
  }

  /** Waits for a receipt's position; true when the answer is stale all the same. */
  lags(after: string | undefined): Promise<boolean> {
    return this.projector.lags([VIEW], after);
  }

  /** The digits of a position that somebody sent. */
  orderOf(position: string): string {
    try {
      return this.store.order(position);
    } catch {
      throw refusal('invalid', 'request.bad-position');
    }
  }
}
