import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Database } from '#platform/database';

/** Somebody has read a notice: a habit of a person, which is no history. */
@Entity('notice_reading')
export class NoticeReading {
  @PrimaryColumn('text') account!: string;
  @PrimaryColumn('uuid') notice!: string;
  @Column('timestamptz') read!: string;
}

/** What each account has read. */
export class NoticeReadings {
  constructor(private readonly database: Database) {}

  /** Notes that an account has read these notices; what it has read before stays as it was. */
  async note(account: string, notices: readonly string[], now: string): Promise<void> {
    await this.database.pool.query(
      `insert into notice_reading (account, notice, read) select $1, unnest($2::uuid[]), $3
       on conflict (account, notice) do nothing`,
      [account, notices, now],
    );
  }

  /** When an account has read a notice. */
  async of(account: string, notice: string): Promise<string | null> {
    const { rows } = await this.database.pool.query<{ read: string }>(
      'select read from notice_reading where account = $1 and notice = $2',
      [account, notice],
    );
    return rows[0]?.read ?? null;
  }
}
