import { folded, type Day } from '#kernel';

/** What the lead column may name: units, and classes that are resolved to their members at promulgation. */
export type KnownUnits = {
  readonly units: readonly {
    readonly id: string;
    readonly code: string;
    readonly name: string;
    readonly aliases?: readonly string[];
  }[];
  readonly classes: readonly { readonly id: string; readonly name: string; readonly aliases?: readonly string[] }[];
};

export type NamedLead = { readonly kind: 'unit' | 'class'; readonly id: string; readonly name: string };

/** A name that no unit and no class has; each suggestion may stand in its place. */
export type UnknownLead = { readonly kind: 'unknown'; readonly text: string; readonly suggestions: readonly string[] };

/** A name that several units or classes have: how many they are, and how some of them are told apart in its place. */
export type AmbiguousLead = {
  readonly kind: 'ambiguous';
  readonly text: string;
  readonly bearers: number;
  readonly suggestions: readonly string[];
};

/** Names made ready for looking up. */
export type Register = {
  readonly written: Index;
  readonly keys: Index;
  readonly loose: Index;
  readonly near: Near;
  /** By lead, what it may be called, the best first; not each of them need be its alone. */
  readonly calls: ReadonlyMap<string, readonly string[]>;
};

type Index = ReadonlyMap<string, readonly NamedLead[]>;
type Near = {
  readonly names: readonly { readonly key: string; readonly name: string }[];
  readonly trigrams: ReadonlyMap<string, readonly number[]>;
};

const SUBJECTS: readonly (readonly [abbreviation: string, words: string])[] = [
  ['gd ?(?:va )?dt', 'giao duc va dao tao'],
  ['kh ?(?:va )?cn', 'khoa hoc va cong nghe'],
  ['nn ?(?:va )?mt', 'nong nghiep va moi truong'],
  ['vh ?tt ?(?:va )?dl', 'van hoa the thao va du lich'],
  ['dt ?(?:va )?tg', 'dan toc va ton giao'],
];
/** Two letters stand for many things; behind "Sở" they stand for one. */
const OF_DEPARTMENTS: typeof SUBJECTS = [
  ['nv', 'noi vu'],
  ['tp', 'tu phap'],
  ['tc', 'tai chinh'],
  ['xd', 'xay dung'],
  ['ct', 'cong thuong'],
  ['yt', 'y te'],
];
const BODIES: typeof SUBJECTS = [
  ['vp ?ubnd', 'van phong uy ban nhan dan'],
  ['ub ?mttq', 'uy ban mat tran to quoc'],
  ['vp ?dkdd', 'van phong dang ky dat dai'],
  ['tt ?(?:pv)?hcc', 'trung tam phuc vu hanh chinh cong'],
  ['tncs hcm', 'thanh nien cong san ho chi minh'],
  ['ubnd', 'uy ban nhan dan'],
  ['hdnd', 'hoi dong nhan dan'],
  ['mttq', 'mat tran to quoc'],
  ['pvhcc', 'phuc vu hanh chinh cong'],
  ['cchc', 'cai cach hanh chinh'],
  ['kcn', 'khu cong nghiep'],
  ['bql', 'ban quan ly'],
  ['bcd', 'ban chi dao'],
  ['vp', 'van phong'],
  ['vn', 'viet nam'],
];
const EXPANSIONS: readonly (readonly [RegExp, string])[] = [
  ...[...SUBJECTS, ...OF_DEPARTMENTS].map(
    ([short, words]) => [new RegExp(`\\bs(?:o )?${short}\\b`, 'gu'), `so ${words}`] as const,
  ),
  ...[...SUBJECTS, ...BODIES].map(([short, words]) => [new RegExp(`\\b${short}\\b`, 'gu'), words] as const),
  [/^tt /gu, 'trung tam '],
  [/^ca /gu, 'cong an '],
];

const writtenKey = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();

/** Folded, signs as spaces, abbreviations as words: "VP UBND tỉnh" and "Văn phòng Uỷ ban nhân dân tỉnh" are the same. */
const keyOf = (text: string): string => {
  const words = folded(text)
    .replace(/&/gu, ' va ')
    .replace(/[^a-z0-9]+/gu, ' ')
    .trim();
  return EXPANSIONS.reduce((key, [short, full]) => key.replace(short, full), words)
    .replace(/\s+/gu, ' ')
    .trim();
};
const looseUnit = (key: string): string => key.replace(/ tinh$/u, '');
const looseClass = (key: string): string =>
  key
    .replace(/\b(?:tat ca|cac|tren dia ban tinh|(?:thuoc |cap |cua )?tinh|dac khu)\b/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();

const indexOf = (entries: readonly (readonly [key: string, lead: NamedLead])[]): Index => {
  const index = new Map<string, NamedLead[]>();
  for (const [key, lead] of entries) {
    const known = index.get(key) ?? [];
    if (key !== '' && !known.some(({ kind, id }) => kind === lead.kind && id === lead.id))
      index.set(key, [...known, lead]);
  }
  return index;
};

const trigramsOf = (key: string): ReadonlySet<string> => {
  const padded = `  ${key} `;
  return new Set(Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3)));
};

const nearOf = (names: readonly string[]): Near => {
  const known = [...new Set(names)].map((name) => ({ key: keyOf(name), name }));
  const trigrams = new Map<string, number[]>();
  known.forEach(({ key }, at) => {
    for (const trigram of trigramsOf(key)) {
      const holders = trigrams.get(trigram);
      if (holders) holders.push(at);
      else trigrams.set(trigram, [at]);
    }
  });
  return { names: known, trigrams };
};

const callKey = ({ kind, id }: NamedLead): string => `${kind} ${id}`;

/** Makes the names of a day's units and classes ready for looking up; worth keeping for a whole annex. */
export const registerOf = ({ units, classes }: KnownUnits): Register => {
  const named = [
    ...units.map(({ id, code, name, aliases = [] }) => ({
      lead: { kind: 'unit' as const, id, name },
      // A name that several units have is told apart by the code behind it.
      names: code === '' ? [name, ...aliases] : [name, `${name} (${code})`, code, ...aliases],
      loosely: looseUnit,
    })),
    ...classes.map(({ id, name, aliases = [] }) => ({
      lead: { kind: 'class' as const, id, name },
      names: [name, ...aliases],
      loosely: looseClass,
    })),
  ];
  const under = (key: (name: string, loosely: (key: string) => string) => string): Index =>
    indexOf(named.flatMap(({ lead, names, loosely }) => names.map((name) => [key(name, loosely), lead] as const)));
  return {
    written: under(writtenKey),
    keys: under(keyOf),
    loose: under((name, loosely) => loosely(keyOf(name))),
    near: nearOf(named.map(({ lead }) => lead.name)),
    calls: new Map(named.map(({ lead, names }) => [callKey(lead), names])),
  };
};

/** How many letters must be added, left out, replaced or swapped; more than `most` is answered as `most + 1`. */
const distance = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let twoAgo: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (twoAgo[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    if (Math.min(...row) > most) return most + 1;
    [twoAgo, last] = [last, row];
  }
  return last[b.length] ?? most + 1;
};

const CANDIDATES = 24;
/** The share of its letters in which a near name may differ. */
const LENIENT = 1 / 3;
const STRICT = 1 / 8;

const nearestIn = ({ names, trigrams }: Near, text: string, share = LENIENT): readonly string[] => {
  const key = keyOf(text.slice(0, 200).replace(/\([^)]*\)/gu, ' '));
  const shared = new Map<number, number>();
  for (const trigram of trigramsOf(key))
    for (const at of trigrams.get(trigram) ?? []) shared.set(at, (shared.get(at) ?? 0) + 1);
  const words = key.split(' ');
  return [...shared]
    .sort(([a, many], [b, more]) => more - many || a - b)
    .slice(0, CANDIDATES)
    .flatMap(([at]) => {
      const known = names[at];
      if (!known) return [];
      const most = Math.max(2, Math.floor(Math.max(key.length, known.key.length) * share));
      const [given, full] = [new Set(words), new Set(known.key.split(' '))];
      // A shortened or lengthened name ("Sở Văn hóa", "Giám đốc Sở Nội vụ") is far by letters and near all the same.
      const within =
        (given.size > 1 && [...given].every((word) => full.has(word))) ||
        (full.size > 1 && [...full].every((word) => given.has(word)));
      const letters = Math.min(distance(key, known.key, most), within && share === LENIENT ? most : Infinity);
      return letters > most ? [] : [{ name: known.name, letters, at }];
    })
    .sort((a, b) => a.letters - b.letters || a.at - b.at)
    .slice(0, 3)
    .map(({ name }) => name);
};

/** The names, at most three, that a text may have meant: nearest first, none when all are far. */
export const nearestNames = (text: string, names: readonly string[]): readonly string[] =>
  nearestIn(nearOf(names), text);

/** The name that a text is a slip of: a few letters differ, no more. */
export const misspelt = (text: string, names: readonly string[]): string | undefined =>
  nearestIn(nearOf(names), text, STRICT)[0];

const lookUp = (text: string, { written, keys, loose }: Register): readonly NamedLead[] => {
  const key = keyOf(text);
  for (const found of [
    written.get(writtenKey(text)),
    keys.get(key),
    loose.get(looseUnit(key)),
    loose.get(looseClass(key)),
  ])
    if (found) return found;
  return [];
};

/** What a lead may be called so that it alone is meant; undefined when all its names are others' too. */
const callOf = (lead: NamedLead, register: Register): string | undefined =>
  register.calls.get(callKey(lead))?.find((name) => {
    const [part, more] = partsOf(name);
    const [found, another] = part === undefined ? [] : lookUp(part, register);
    return more === undefined && another === undefined && found?.kind === lead.kind && found.id === lead.id;
  });

/** The names in a text whose parts are wrongly parted, by commas or lines; none when a part stays unknown. */
const wronglyParted = (text: string, register: Register): readonly string[] => {
  const pieces = text.split(/,|\n|\s+và\s+/u);
  if (pieces.length < 2 || pieces.length > 40) return [];
  const ends = [...text.matchAll(/,|\n|\s+và\s+/gu)].map(({ index, 0: sign }) => [index, index + sign.length] as const);
  const starts = [0, ...ends.map(([, behind]) => behind)];
  const stops = [...ends.map(([before]) => before), text.length];
  // The fewest names that cover all pieces: a name may hold commas itself.
  const best: (readonly string[] | undefined)[] = [[]];
  for (let to = 1; to <= pieces.length; to++)
    for (let from = 0; from < to; from++) {
      const before = best[from];
      const found = before && lookUp(tidied(text.slice(starts[from], stops[to - 1])), register);
      const call =
        found?.length === 1 && found[0] && before && before.length + 1 < (best[to]?.length ?? Infinity)
          ? callOf(found[0], register)
          : undefined;
      if (before && call !== undefined) best[to] = [...before, call];
    }
  return best[pieces.length] ?? [];
};

const tidied = (text: string): string =>
  text
    .replace(/^[\s\-–+•*]+|[\s.,:\-–]+$/gu, '')
    .normalize('NFC')
    .trim();

const partsOf = (text: string): readonly string[] =>
  text
    .split(/[;；]/u)
    .map(tidied)
    .filter((part) => part !== '');

const callsOf = (leads: readonly NamedLead[], register: Register): readonly string[] =>
  leads.flatMap((lead) => callOf(lead, register) ?? []);

const MOST_SUGGESTIONS = 3;

/**
 * The units and classes that a cell names, in its order and each once. Names are parted by ";" only. A name that two
 * units share is nobody's: nobody is obliged by a guess. Each suggestion names one unit or class alone.
 */
export const readLeads = (text: string, register: Register): readonly (NamedLead | UnknownLead | AmbiguousLead)[] => {
  const leads: (NamedLead | UnknownLead | AmbiguousLead)[] = [];
  for (const part of partsOf(text)) {
    const found = lookUp(part, register);
    const [lead] = found;
    if (lead && found.length === 1) {
      if (!leads.some((known) => known.kind === lead.kind && known.id === lead.id)) leads.push(lead);
      continue;
    }
    if (lead) {
      const suggestions = callsOf(found, register).slice(0, MOST_SUGGESTIONS);
      leads.push({ kind: 'ambiguous', text: part, bearers: found.length, suggestions });
      continue;
    }
    const parted = wronglyParted(part, register);
    const near = (): readonly string[] =>
      nearestIn(register.near, part).flatMap((name) => {
        const bearers = lookUp(name, register);
        return bearers.length > 1 ? callsOf(bearers, register) : [name];
      });
    const suggestions = parted.length > 1 ? [parted.join('; ')] : near().slice(0, MOST_SUGGESTIONS);
    leads.push({ kind: 'unknown', text: part, suggestions });
  }
  return leads;
};

/** The day on which the leads of a drafted plan must operate: its first one, or today where that has come. */
export const leadsOn = (year: number, today: Day): Day => {
  const begins = `${year}-01-01`;
  return begins > today ? begins : today;
};
