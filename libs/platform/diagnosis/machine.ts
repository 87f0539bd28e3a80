import { stat, statfs } from 'node:fs/promises';

/** What is asked of the machine, at the edge: a test can stand on a full disk without filling one. */
export type Machine = {
  /** The version of Node. */
  readonly node: string;
  /** Whether that Node knows the Vietnamese order of letters. */
  readonly sortsVietnamese: boolean;
  /** The machine's clock, ms. */
  now(): number;
  /** The room left to us on the disk of a path, bytes, and which disk that is; undefined where it cannot be seen. */
  space(path: string): Promise<{ readonly free: number; readonly disk: number } | undefined>;
};

/** The machine on which this process runs. */
export const thisMachine: Machine = {
  node: process.versions.node,
  sortsVietnamese: Intl.Collator.supportedLocalesOf('vi').length > 0,
  now: () => Date.now(),
  space: async (path) => {
    try {
      const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(path), stat(path)]);
      return { free: bavail * bsize, disk: dev };
    } catch {
      return undefined;
    }
  },
};
