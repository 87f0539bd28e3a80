import { writeFile } from 'node:fs/promises';
import { Refused } from './answer.js';

/** Writes a file that was named; one that is there already is replaced only when that is said. */
export const written = async (path: string, bytes: Buffer, force: boolean): Promise<void> => {
  try {
    await writeFile(path, bytes, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new Refused(`${path} is there already; say --force to replace it.`);
    const why = code === 'ENOENT' ? 'there is no such folder' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new Refused(`${path} cannot be written: ${why}.`);
  }
};

/** How large a file is, in words. */
export const sizeOf = (bytes: Buffer): string => `${Math.ceil(bytes.length / 1024)} KB`;
