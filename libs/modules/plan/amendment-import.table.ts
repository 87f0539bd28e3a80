import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An edited annex file as it was handed in, the day from which it shall count, and which rows a person said it means. */
@Entity('amendment_import')
export class AmendmentImport {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') plan!: string;
  /** The account that handed it in. */
  @Column('text') by!: string;
  @Column('timestamptz') made!: string;
  @Column('text') file!: string;
  @Column('text') sha256!: string;
  @Column('bytea', { select: false }) bytes!: Buffer;
  @Column('date') effect!: string;
  /** Line of the file → the row of the plan that it is, null for a new one. */
  @Column('jsonb') decided!: Readonly<Record<string, string | null>>;
  @Column('timestamptz', { nullable: true }) confirmed!: string | null;
}
