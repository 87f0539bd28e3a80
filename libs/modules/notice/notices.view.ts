import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { View } from '#kernel';
import type { NoticeEvents, NoticeKind } from './notice.events.js';

/** A notice as it was given; nothing changes it. */
@Entity('notice')
@Index(['unit', 'at'])
export class NoticeRow {
  @PrimaryColumn('uuid') notice!: string;
  @Column('bigint') at!: string;
  @Column('uuid') unit!: string;
  @Column('text') kind!: NoticeKind;
  @Column('uuid') plan!: string;
  @Column('uuid') task!: string;
  @Column('uuid') obligation!: string;
  @Column('text') code!: string;
  @Column('text') title!: string;
  @Column('int', { nullable: true }) period!: number | null;
  @Column('date', { nullable: true }) due!: string | null;
  @Column('int', { nullable: true }) days!: number | null;
  @Column('boolean') waits!: boolean;
  @Column('uuid', { nullable: true }) report!: string | null;
  @Column('date') on!: string;
  @Column('timestamptz') recorded!: string;
}

/** What each unit was told. */
export const notices: View<NoticeEvents> = {
  name: 'notices',
  tables: [NoticeRow],
  on: {
    NoticeGiven: ({ id, at, on, recorded, data }, rows) => {
      const { version: _, period = null, due = null, days = null, waits = false, report = null, ...said } = data;
      rows.add(NoticeRow, { notice: id, at, on, recorded, ...said, period, due, days, waits, report });
    },
  },
};
