import { Injectable } from '@nestjs/common';
import type { Day, Document, JsonObject, TextRef } from '#kernel';
import { Database } from '#platform/database';
import { Texts, type ShownText } from '#platform/texts';
import type { ObligationEvents } from './obligation.events.js';
import type { TaskEvents } from './task.events.js';
import { type Held, SaidQuery } from './said.query.js';

/** An act that changed an extension or took it back. */
export type ExtensionMended = {
  readonly entry: string;
  readonly recorded: string;
  readonly actor: string;
  readonly reason: ShownText | null;
  /** The document that proves the correction or withdrawal. */
  readonly document: Document | null;
  /** What the extension says since; null when it was withdrawn. */
  readonly says: ExtensionSays | null;
};

/** What an extension says: from which due date to which, and from which day on. */
export type ExtensionSays = {
  readonly before: Day;
  readonly due: Day;
  readonly effect: Day;
  /** "Gia hạn sau hạn": its day of effect lay behind the due date then in force. */
  readonly afterDue: boolean;
  readonly permit: Document;
};

/** An extension as the log knows it up to a position. */
export type ExtensionEntry = ExtensionSays & {
  readonly entry: string;
  readonly task: string;
  /** Null for an extension of the whole row. */
  readonly obligation: string | null;
  readonly unit: string | null;
  readonly at: string;
  readonly recorded: string;
  readonly actor: string;
  readonly reason: ShownText | null;
  /** What it said at first, where it was corrected. */
  readonly first: ExtensionSays | null;
  readonly corrections: readonly ExtensionMended[];
  readonly withdrawn: ExtensionMended | null;
};

const EXTENSION_ACTS: readonly (keyof ObligationEvents | keyof TaskEvents)[] = [
  'ObligationExtended',
  'ObligationExtensionCorrected',
  'ObligationExtensionWithdrawn',
  'TaskExtended',
  'TaskExtensionCorrected',
  'TaskExtensionWithdrawn',
];

type ActRow = {
  readonly entry: string;
  readonly type: string;
  readonly task: string;
  readonly obligation: string | null;
  readonly unit: string | null;
  readonly target: string | null;
  readonly on: Day;
  readonly at: string;
  readonly recorded: string;
  readonly actor: string;
  readonly data: JsonObject;
};

type Extended = ObligationEvents['ObligationExtended'] | TaskEvents['TaskExtended'];
type Corrected = TaskEvents['TaskExtensionCorrected'];
type Mended = Corrected | TaskEvents['TaskExtensionWithdrawn'];

const reasonOf = ({ data }: ActRow): TextRef | undefined => (data as { reason?: TextRef }).reason;

/** Asks for the extensions of a plan: who, how often, from when to when, by which document. */
@Injectable()
export class ExtensionLedgerQuery {
  constructor(
    private readonly database: Database,
    private readonly texts: Texts,
    private readonly said: SaidQuery,
  ) {}

  /** All extensions of a plan's rows and obligations, as known up to a position, in the order of recording. */
  async extensions(plan: string, upTo: string): Promise<readonly ExtensionEntry[]> {
    const { rows: held } = await this.database.pool.query<Held<ActRow>>({
      name: 'extension-acts',
      text: `select entry, type, task, obligation, unit, target, "on", at, data
             from view_entries.entry where plan = $1 and at <= $2 and type = any($3) order by at`,
      values: [plan, upTo, EXTENSION_ACTS],
    });
    const rows: readonly ActRow[] = await this.said.filled(held);
    const texts = await this.texts.show(rows.map(reasonOf));
    const shown = (row: ActRow): ShownText | null => {
      const ref = reasonOf(row);
      return ref ? (texts.get(ref.id) ?? { erased: true }) : null;
    };
    const extensions = new Map<string, ExtensionEntry>();
    for (const row of rows) {
      const { entry, task, obligation, unit, target, on, at, recorded, actor } = row;
      if (target === null) {
        const { before, due, afterDue, document } = row.data as unknown as Extended;
        const says = { before, due, effect: on, afterDue, permit: document };
        const of = { entry, task, obligation, unit, at, recorded, actor, reason: shown(row) };
        extensions.set(entry, { ...of, ...says, first: null, corrections: [], withdrawn: null });
        continue;
      }
      const extension = extensions.get(target);
      if (!extension) continue;
      const data = row.data as unknown as Mended;
      const mended = { entry, recorded, actor, reason: shown(row), document: data.document ?? null };
      if (!('due' in data)) {
        extensions.set(target, { ...extension, withdrawn: { ...mended, says: null } });
        continue;
      }
      const { before, due, effect, afterDue, permit } = data;
      const says = { before, due, effect, afterDue, permit };
      extensions.set(target, {
        ...extension,
        ...says,
        first: extension.first ?? saysOf(extension),
        corrections: [...extension.corrections, { ...mended, says }],
      });
    }
    return [...extensions.values()];
  }
}

const saysOf = ({ before, due, effect, afterDue, permit }: ExtensionSays): ExtensionSays => ({
  before,
  due,
  effect,
  afterDue,
  permit,
});
