import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An annex file as it was handed in, and what a person said of its sheet and columns. */
@Entity('plan_import')
export class PlanImport {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') plan!: string;
  /** The account that handed it in. */
  @Column('text') by!: string;
  @Column('timestamptz') made!: string;
  @Column('text') file!: string;
  @Column('text') sha256!: string;
  @Column('bytea', { select: false }) bytes!: Buffer;
  @Column('text', { nullable: true }) sheet!: string | null;
  @Column('jsonb') mapping!: Readonly<Record<number, string | null>>;
  @Column('timestamptz', { nullable: true }) confirmed!: string | null;
}
