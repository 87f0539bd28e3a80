import { refusal } from '#kernel';
import { Archive, type ArchiveLimits } from './archive.js';
import { broken, readXml } from './read-xml.js';

export type OfficeKind = 'workbook' | 'document';
export type Relations = ReadonlyMap<string, { readonly type: string; readonly target: string }>;

const MAIN: readonly (readonly [kind: OfficeKind, type: RegExp])[] = [
  ['workbook', /spreadsheetml\.(?:sheet|template)\.main\+xml$/iu],
  ['document', /wordprocessingml\.(?:document|template)\.main\+xml$/iu],
];
const MACROS = /(?:^|\/)(?:vbaProject[^/]*\.bin|macrosheets\/.*)$/iu;

/** An office file in memory: a zip of parts that refer to each other. */
export class OfficePackage {
  private constructor(
    readonly archive: Archive,
    readonly kind: OfficeKind,
    /** The part that all others hang on. */
    readonly main: string,
  ) {}

  /** Opens a file that is known to be a zip; refuses what is no workbook or document, and what carries macros. */
  static async open(bytes: Buffer, limits?: ArchiveLimits): Promise<OfficePackage> {
    const archive = Archive.open(bytes, limits);
    if (!archive.has('[Content_Types].xml')) throw refusal('invalid', 'import.wrong-type');
    const types = new Map<string, string>();
    await readXml(archive, '[Content_Types].xml', {
      open: (_, { PartName, ContentType }) => {
        if (PartName && ContentType) types.set(PartName.replace(/^\//u, ''), ContentType);
      },
    });
    // The binary kind of workbook is called so with and without macros.
    const macros = [...types.values()].some((type) => /macroEnabled/iu.test(type) && !/sheet\.binary/iu.test(type));
    if (macros || archive.names.some((name) => MACROS.test(name))) throw refusal('invalid', 'import.macros');
    for (const [part, type] of types)
      for (const [kind, pattern] of MAIN)
        if (pattern.test(type)) {
          if (!archive.has(part)) throw broken();
          return new OfficePackage(archive, kind, part);
        }
    throw refusal('invalid', 'import.wrong-type');
  }

  /** What a part refers to, by the ids it uses. */
  async relationsOf(part: string): Promise<Relations> {
    const folder = part.slice(0, part.lastIndexOf('/') + 1);
    const relations = new Map<string, { readonly type: string; readonly target: string }>();
    await readXml(this.archive, `${folder}_rels/${part.slice(folder.length)}.rels`, {
      open: (_, { Id, Type, Target }) => {
        if (!Id || !Type || !Target) return;
        const target = new URL(Target.replace(/\\/gu, '/'), `zip:///${folder}`).pathname.slice(1);
        relations.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), target: decodeURI(target) });
      },
    });
    return relations;
  }
}
