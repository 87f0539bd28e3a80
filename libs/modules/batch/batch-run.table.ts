import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '#kernel';

/** A person's wish for many acts at once, and how far it is. */
@Entity('batch_run')
export class BatchRun {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') plan!: string;
  @Column('text') kind!: 'acceptances' | 'status-import';
  /** For whom the commands are sent. */
  @Column('jsonb') sender!: { readonly actor: string; readonly unit: string | null; readonly role: string };
  @Column('timestamptz') made!: string;
  @Column('timestamptz', { nullable: true }) finished!: string | null;
  /** The process that is at it, as long as it says so. */
  @Column('uuid', { nullable: true }) holder!: string | null;
  @Column('timestamptz', { name: 'held_until', nullable: true }) heldUntil!: string | null;
  /** What broke when it was last tried. */
  @Column('text', { nullable: true }) fault!: string | null;
}

/** One act of a run: an ordinary command. What it says is dropped once it has been carried out or refused. */
@Entity('batch_line')
export class BatchLine {
  @PrimaryColumn('uuid') run!: string;
  @PrimaryColumn('int') line!: number;
  /** The row of the file that asks for it. */
  @Column('int', { nullable: true }) row!: number | null;
  /** Null where the file names no obligation that there is. */
  @Column('uuid', { nullable: true }) obligation!: string | null;
  @Column('text') act!: 'report' | 'accept';
  @Column('uuid') command!: string;
  @Column('jsonb', { nullable: true }) data!: JsonObject | null;
  @Column('text', { nullable: true }) outcome!: 'done' | 'same' | 'refused' | null;
  @Column('text', { nullable: true }) code!: string | null;
  @Column('jsonb', { nullable: true }) details!: JsonObject | null;
}
