import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Refusal, refusal, stored, type Decider, type TextRef } from '#kernel';
import { CommandRunner, Dispatch, FactsReader, idOf, type Receipt, type Sender } from '#platform/commands';
import { Database } from '#platform/database';
import type { TextEvents } from './texts.events.js';

/** The longest text that a person may type into one field, in characters. */
export const LONGEST_TEXT = 20_000;

/** A text as it is shown: what was typed, or that it was erased. */
export type ShownText = { readonly text: string } | { readonly erased: true };

type TextCommands = { EraseText: { reason: string } };
type TextFacts = { readonly exists: boolean };
type KeptText = { readonly id: string; readonly salt: string | null; readonly text: string | null };

/** Erasing a text leaves one event behind: that it was erased, and why. */
export const textDecider: Decider<{ readonly erased: boolean }, TextCommands, TextEvents, TextFacts> = {
  category: 'text',
  initial: { erased: false },
  decide: {
    EraseText: ({ erased }, { reason }, { id, facts }) => {
      if (erased) return [];
      if (!facts.exists) throw refusal('absent', 'absent');
      return [{ type: 'TextErased', data: { text: id, reason } }];
    },
  },
  evolve: { TextErased: () => ({ erased: true }) },
};

class TextDispatch extends Dispatch<TextCommands> {}

/** The texts of a command that say something, with their ids; refuses what cannot be kept. */
const typedIn = (sender: Sender, fields: Readonly<Record<string, string | undefined>>) => {
  const typed: { readonly field: string; readonly id: string; readonly text: string }[] = [];
  for (const field of Object.keys(fields)) {
    const given = fields[field];
    const text = given === undefined ? '' : stored(given);
    if (text === '') continue;
    if (text.length > LONGEST_TEXT) throw refusal('invalid', 'text.too-long', { field, longest: LONGEST_TEXT });
    if (text.includes('\0') || !text.isWellFormed()) throw refusal('invalid', 'text.unreadable', { field });
    typed.push({ field, id: idOf(sender.command, 'text', field), text });
  }
  return typed;
};

/**
 * Texts that people type. They lie in an ordinary table with their salt; events hold a reference and a salted hash.
 */
@Injectable()
export class Texts extends FactsReader<TextCommands, TextFacts> {
  constructor(
    private readonly database: Database,
    private readonly runner: CommandRunner,
  ) {
    super();
  }

  /**
   * The references that the texts of a command would get, for one that is only foreseen: nothing is kept. Refuses what
   * `during` refuses.
   */
  foreseen<F extends string>(
    sender: Sender,
    fields: { readonly [field in F]: string | undefined },
  ): { readonly [field in F]: TextRef | undefined } {
    const refs = typedIn(sender, fields).map(({ field, id }) => [field, { id, hash: '0'.repeat(64) }]);
    return Object.fromEntries(refs) as { [field in F]: TextRef | undefined };
  }

  /**
   * Keeps the texts of one command while it runs: they are stored before it, and taken back when it records nothing,
   * unless the same command is under way or recorded elsewhere. A field that is undefined stays so. The same command sent
   * again finds the texts of the first time.
   */
  async during<F extends string, Done extends object = Receipt>(
    sender: Sender,
    fields: { readonly [field in F]: string | undefined },
    command: (refs: { readonly [field in F]: TextRef | undefined }) => Promise<Done>,
  ): Promise<Done> {
    const typed = typedIn(sender, fields);
    if (typed.length === 0) return command({} as { [field in F]: TextRef | undefined });
    const kept = await this.keep(typed);
    const refs = Object.fromEntries(typed.map(({ field, id }) => [field, { id, hash: hashOf(kept.get(id)) }])) as {
      [field in F]: TextRef | undefined;
    };
    try {
      const receipt = await command(refs);
      if ('unchanged' in receipt) await this.takeBack(typed);
      return receipt;
    } catch (error) {
      if (error instanceof Refusal) await this.takeBack(typed);
      throw error;
    }
  }

  /** Gives back the claims of a command that recorded nothing; a text that nobody has a claim on goes. */
  private async takeBack(typed: readonly { readonly id: string }[]): Promise<void> {
    const ids = typed.map(({ id }) => id);
    await this.database.pool.query('update typed_text set claims = claims - 1 where id = any($1)', [ids]);
    await this.database.pool.query('delete from typed_text where id = any($1) and claims <= 0', [ids]);
  }

  /** Stores texts, or finds them stored, with a claim on each. */
  private async keep(typed: readonly { id: string; text: string }[]): Promise<ReadonlyMap<string, KeptText>> {
    const { rows } = await this.database.pool.query<KeptText>(
      `insert into typed_text as t (id, salt, text)
       select id, salt, text from unnest($1::uuid[], $2::text[], $3::text[]) as w(id, salt, text) order by id
       on conflict (id) do update set claims = greatest(t.claims, 0) + 1,
         salt = case when t.claims > 0 then t.salt else excluded.salt end,
         text = case when t.claims > 0 then t.text else excluded.text end
       returning id, salt, text`,
      [typed.map(({ id }) => id), typed.map(() => randomBytes(16).toString('hex')), typed.map(({ text }) => text)],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** The texts of these references as they are shown, by id. */
  async show(refs: readonly (TextRef | undefined)[]): Promise<ReadonlyMap<string, ShownText>> {
    const ids = refs.flatMap((ref) => (ref ? [ref.id] : []));
    const shown = new Map<string, ShownText>(ids.map((id) => [id, { erased: true }]));
    if (ids.length === 0) return shown;
    const { rows } = await this.database.pool.query<{ id: string; text: string }>(
      'select id, text from typed_text where id = any($1) and text is not null',
      [ids],
    );
    for (const { id, text } of rows) shown.set(id, { text });
    return shown;
  }

  /** Erases a text for good; the reason itself must hold no personal data, it stays in the log. */
  async erase(id: string, sender: Sender, reason: string): Promise<Receipt> {
    const receipt = await this.runner.run(textDecider, new TextDispatch(id, sender, 'EraseText', { reason }), this);
    await this.database.pool.query('update typed_text set text = null, salt = null where id = $1', [id]);
    return receipt;
  }

  /** What is wrong with the texts of these references: not there, another text than was typed, or blank. */
  async faults(
    refs: readonly TextRef[],
  ): Promise<readonly { readonly id: string; readonly fault: 'missing' | 'altered' | 'blank' }[]> {
    const { rows } = await this.database.pool.query<{ id: string; salt: string | null; text: string | null }>(
      'select id, salt, text from typed_text where id = any($1)',
      [refs.map(({ id }) => id)],
    );
    const kept = new Map(rows.map((row) => [row.id, row]));
    return refs.flatMap(({ id, hash }) => {
      const row = kept.get(id);
      const fault = !row ? 'missing' : row.text === null ? 'blank' : hashOf(row) === hash ? undefined : 'altered';
      return fault === undefined ? [] : [{ id, fault }];
    });
  }

  override async read(dispatch: Dispatch<TextCommands>): Promise<TextFacts> {
    const { rowCount } = await this.database.pool.query('select 1 from typed_text where id = $1', [dispatch.id]);
    return { exists: rowCount === 1 };
  }
}

const hashOf = (kept: KeptText | undefined): string =>
  createHash('sha256')
    .update(kept?.salt ?? '')
    .update(kept?.text ?? '')
    .digest('hex');
