import { readFile } from 'node:fs/promises';
import { Refused } from './answer.js';

/** The content of a file that was named; one that cannot be read is refused in plain words. */
export const contentOf = async (path: string): Promise<Buffer> => {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new Refused(`${path} cannot be read: ${why}.`);
  }
};
