import { open, type FileHandle } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';

const UNKNOWN = 'application/octet-stream';
const SAMPLE = 64 * 1024;

const EXECUTABLE = new Set([
  'application/x-msdownload',
  'application/x-elf',
  'application/x-mach-binary',
  'application/java-vm',
  'application/vnd.android.package-archive',
  'application/x-msi',
  'application/wasm',
  'application/x-executable',
]);

/** True for what a machine runs when somebody opens it. */
export const isExecutable = (type: string): boolean => EXECUTABLE.has(type);

const CFB: readonly (readonly [entry: string, type: string])[] = [
  ['EncryptedPackage', 'application/x-ole-encrypted'],
  ['WordDocument', 'application/msword'],
  ['Workbook', 'application/vnd.ms-excel'],
  ['Book', 'application/vnd.ms-excel'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
  ['__properties_version1.0', 'application/vnd.ms-outlook'],
];

const END_OF_CHAIN = 0xfffffffa;
const LONGEST_DIRECTORY = 64;

/** The names in the directory of an OLE compound file, which say which program wrote it. */
const entriesOf = async (file: FileHandle): Promise<ReadonlySet<string>> => {
  const at = async (position: number, length: number): Promise<Buffer> => {
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, position);
    return buffer;
  };
  const header = await at(0, 512);
  const sectorSize = 1 << header.readUInt16LE(30);
  const names = new Set<string>();
  if (sectorSize < 512 || sectorSize > 4096) return names;
  const sector = (number: number): Promise<Buffer> => at((number + 1) * sectorSize, sectorSize);
  const perSector = sectorSize / 4;
  let number = header.readUInt32LE(48);
  for (let step = 0; number < END_OF_CHAIN && step < LONGEST_DIRECTORY; step += 1) {
    const directory = await sector(number);
    for (let entry = 0; entry < sectorSize; entry += 128) {
      const length = directory.readUInt16LE(entry + 64);
      if (length > 2 && length <= 64) names.add(directory.toString('utf16le', entry, entry + length - 2));
    }
    const table = Math.floor(number / perSector);
    if (table >= 109) break;
    const allocation = await sector(header.readUInt32LE(76 + table * 4));
    number = allocation.readUInt32LE((number % perSector) * 4);
  }
  return names;
};

const isText = (sample: Buffer): boolean => {
  if (sample.includes(0)) return false;
  try {
    // The sample may end inside a character; `stream` leaves that open.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
};

const isTable = (text: string): boolean => {
  const lines = text.split(/\r?\n/, 6).filter((line) => line.trim() !== '');
  return [',', ';', '\t'].some((separator) => lines.length > 1 && lines.every((line) => line.includes(separator)));
};

/** The media type of a file by what is in it; its name counts for nothing. */
export const contentTypeOf = async (path: string): Promise<string> => {
  const found = await fileTypeFromFile(path);
  const file = await open(path, 'r');
  try {
    if (found?.mime === 'application/x-cfb') {
      const entries = await entriesOf(file);
      return CFB.find(([entry]) => entries.has(entry))?.[1] ?? found.mime;
    }
    if (found) return found.mime;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE), 0, SAMPLE, 0);
    const sample = buffer.subarray(0, bytesRead);
    if (!isText(sample)) return UNKNOWN;
    const text = sample.toString('utf8').replace(/^\uFEFF/, '');
    if (text.startsWith('#!')) return 'application/x-executable';
    if (/^\s*(<!doctype html|<html)/i.test(text)) return 'text/html';
    return isTable(text) ? 'text/csv' : 'text/plain';
  } finally {
    await file.close();
  }
};
