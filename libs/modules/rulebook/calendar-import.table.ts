import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A calendar file as it was read; the lines as they are written, to be read anew whenever it is looked at. */
@Entity('calendar_import')
export class CalendarImport {
  @PrimaryColumn('uuid') id!: string;
  /** The account that handed it in. */
  @Column('text') by!: string;
  @Column('timestamptz') made!: string;
  @Column('int') year!: number;
  @Column('text') file!: string;
  @Column('text') sheet!: string;
  @Column('jsonb') columns!: readonly object[];
  @Column('jsonb') rows!: readonly object[];
  /** The notice that the file names above its table. */
  @Column('jsonb', { nullable: true }) document!: object | null;
  @Column('timestamptz', { nullable: true }) confirmed!: string | null;
  /** What was answered to the confirmation. */
  @Column('jsonb', { nullable: true }) receipt!: object | null;
}
