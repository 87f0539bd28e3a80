/** What a backup says of itself; its first part. */
export type Manifest = {
  readonly format: 1;
  /** When it was made, ISO in UTC, by the machine's clock. */
  readonly made: string;
  /** The release that made it. */
  readonly release: string;
  readonly log: {
    readonly id: string;
    readonly demonstration: boolean;
    /** The position of its last event, null for an empty log: everything in the backup is as of here. */
    readonly position: string | null;
    readonly events: number;
  };
  /** The level of the database, in the order in which it was reached. */
  readonly migrations: readonly string[];
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  readonly sequences: Readonly<Record<string, string>>;
  readonly files: { readonly count: number; readonly bytes: number };
};

/** Told how far a long step has come. */
export type Progress = (step: 'checking' | 'tables' | 'events' | 'files' | 'views', done: number, all: number) => void;

/** Files beside the database that a demonstration needs: its sign-ins, whose passwords nobody else knows. */
export const NOTES: readonly string[] = ['demo-accounts.json'];
