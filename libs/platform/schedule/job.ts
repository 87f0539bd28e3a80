/**
 * Something that a worker does again and again. Several workers may do it at the same time: what it does goes through
 * commands whose rules make it once.
 */
export abstract class Job {
  abstract readonly name: string;
  /** How long it rests between two runs, ms. */
  abstract readonly every: number;
  abstract run(): Promise<void>;
}
