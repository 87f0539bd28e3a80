import { stat, statfs } from 'node:fs/promises';

/** What is asked of the machine, at the edge: a test can stand on a full disk without filling one. */
export type Machine = {
  /** The version of Node. */
  readonly node: string;
  /** The machine's clock, ms. */
  now(): number;
  /** The room left to us on the disk of a path, bytes, and which disk that is; undefined where it cannot be seen. */
  space(path: string): Promise<{ readonly free: number; readonly disk: number } | undefined>;
};

/** The machine on which this process runs. */
export const thisMachine: Machine = {
  node: process.versions.node,
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
