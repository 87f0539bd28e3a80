import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A units file as it was read; the lines as they are written, to be matched anew whenever it is looked at. */
@Entity('units_import')
export class UnitsImport {
  @PrimaryColumn('uuid') id!: string;
  /** The account that handed it in. */
  @Column('text') by!: string;
  @Column('timestamptz') made!: string;
  @Column('date') on!: string;
  @Column('date') decided!: string;
  @Column('text') file!: string;
  @Column('text') sheet!: string;
  @Column('jsonb') columns!: readonly object[];
  @Column('jsonb') rows!: readonly object[];
  @Column('timestamptz', { nullable: true }) confirmed!: string | null;
}
