import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { Refusal, refusal } from '#kernel';
import type { Archive } from './archive.js';

/** How much of a file is taken in; what is beyond is refused, never cut off. */
export type ContentLimits = { readonly cells: number; readonly characters: number };

export const contentLimits: ContentLimits = { cells: 200_000, characters: 10_000_000 };

export const broken = (): Refusal => refusal('invalid', 'import.broken-file');
export const tooLarge = (limits: Readonly<Record<string, number>>): Refusal =>
  refusal('invalid', 'import.too-large', limits);

/** The longest text of one cell; nothing that a plan holds comes near it. */
export const LONGEST_CELL = 100_000;

/** Counts what has been taken in, and refuses what is too much. */
export class Intake {
  private cells = 0;
  private characters = 0;

  constructor(private readonly limits: ContentLimits = contentLimits) {}

  take(text: string): void {
    this.cells++;
    this.characters += text.length;
    if (this.cells > this.limits.cells || this.characters > this.limits.characters) throw tooLarge({ ...this.limits });
  }
}

export type Attributes = Readonly<Record<string, string | undefined>>;
export type Handlers = {
  readonly open?: (name: string, attributes: Attributes) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
};

const DEEPEST = 100;
const MOST_ELEMENTS = 200_000;
const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Names without their prefix, which every writer chooses for itself. */
const unprefixed = (attributes: SaxesTagPlain['attributes']): Attributes =>
  Object.keys(attributes).some((name) => name.includes(':'))
    ? Object.fromEntries(Object.entries(attributes).map(([name, value]) => [local(name), value]))
    : attributes;

/** Reads a part of an office file, element by element; refuses documents that define entities. */
export const readXml = async (
  archive: Archive,
  part: string,
  handlers: Handlers,
  most = MOST_ELEMENTS,
): Promise<void> => {
  const parser = new SaxesParser();
  let [depth, elements] = [0, 0];
  parser.on('doctype', () => {
    throw broken();
  });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    if (++depth > DEEPEST) throw broken();
    if (++elements > most) throw tooLarge({ elements: most });
    handlers.open?.(local(name), unprefixed(attributes));
  });
  parser.on('closetag', ({ name }: SaxesTagPlain) => {
    depth--;
    handlers.close?.(local(name));
  });
  if (handlers.text) {
    parser.on('text', handlers.text);
    parser.on('cdata', handlers.text);
  }
  try {
    for await (const text of archive.text(part)) parser.write(text);
    parser.close();
  } catch (error) {
    throw error instanceof Refusal ? error : broken();
  }
};
