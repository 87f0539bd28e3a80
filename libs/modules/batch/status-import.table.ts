import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A status table as it was handed in; its bytes are dropped when its lines have been carried out. */
@Entity('status_import')
export class StatusImport {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') plan!: string;
  /** The account that handed it in, and alone may confirm it. */
  @Column('text') by!: string;
  @Column('timestamptz') made!: string;
  @Column('text') file!: string;
  @Column('text') sha256!: string;
  @Column('bytea', { select: false, nullable: true }) bytes!: Buffer | null;
  /** What the preview counted when it was confirmed. */
  @Column('jsonb') summary!: Readonly<Record<string, number>>;
  @Column('timestamptz', { nullable: true }) confirmed!: string | null;
}
