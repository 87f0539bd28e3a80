import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refusal, type Day, type Document, type TextRef } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { RulebookQuery } from '#modules/rulebook';
import { EntryQuery } from '#modules/task';
import { Clock } from '#platform/clock';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import { Database } from '#platform/database';
import { AmendmentForesight, type Foreseen, type Named } from './amendment-foresight.controller.js';
import { differenceOf, type DifferingRow } from './annex-difference.format.js';
import { fieldsOf, namesOfRows, previewAnnex, type AnnexPreview, type PreviewRow } from './annex-preview.format.js';
import { readAnnex } from './annex.format.js';
import { AmendmentImport } from './amendment-import.table.js';
import { inputOfLine } from './plan-imports.controller.js';
import type { AmendmentWish } from './plan.decider.js';
import { PlanDispatch } from './plan.handler.js';
import { PlanQuery, type AnnexItem, type PlanItem } from './plan.query.js';

/** What an edited file would change in a plan. */
export type AmendmentPreview = Pick<AnnexPreview, 'sheet' | 'sheets' | 'columns' | 'warnings' | 'faults'> & {
  readonly id: string;
  readonly plan: string;
  readonly file: string;
  readonly effect: Day;
  readonly confirmed: string | null;
  /** What differs, line by line of the file; lines that say what the plan says are counted only. */
  readonly rows: readonly (Omit<PreviewRow, 'id'> &
    Pick<DifferingRow, 'status' | 'changes' | 'candidates'> & {
      readonly id?: string;
      /** The units that begin to owe the row, and those that cease to; told once nothing is at fault or uncertain. */
      readonly begins: readonly Named[];
      readonly ends: readonly Named[];
    })[];
  /** Rows that go, and how many reports stand on each: these count for the days before. */
  readonly removed: readonly {
    readonly row: string;
    readonly code: string;
    readonly title: string;
    readonly reports: number;
  }[];
  readonly summary: {
    readonly rows: number;
    readonly same: number;
    readonly changed: number;
    readonly added: number;
    readonly removed: number;
    readonly uncertain: number;
    readonly faults: number;
  };
  /** Why the plan would refuse it all the same; null when nothing stands against it. */
  readonly refusal: Foreseen['refusal'];
};
/** The preview of a file that is not kept. */
type Looked = Omit<AmendmentPreview, 'id' | 'plan' | 'file' | 'effect' | 'confirmed'>;

/** What a confirmation came to; `unchanged`: the file says what the plan says, or was confirmed before. */
export type Amended = {
  readonly receipt: Receipt | null;
  readonly summary: AmendmentPreview['summary'];
  readonly unchanged?: true;
};

/** Files that nobody confirmed are dropped after this many days. */
const KEPT_DAYS = 14;

type Read = {
  readonly shown: Looked;
  readonly rows: readonly DifferingRow[];
  readonly removed: readonly AnnexItem[];
  readonly held: ReadonlyMap<string, AnnexItem>;
};

/** Takes edited annex files in, shows row by row what they would change, and amends the plan by them. */
@Injectable()
export class AmendmentImports {
  constructor(
    private readonly database: Database,
    private readonly commands: CommandBus,
    private readonly foresight: AmendmentForesight,
    private readonly plans: PlanQuery,
    private readonly organization: OrganizationQuery,
    private readonly rulebook: RulebookQuery,
    private readonly entries: EntryQuery,
    private readonly clock: Clock,
  ) {}

  /** Stores a file that can be read as an annex and shows what it changes; one that cannot leaves nothing. */
  async take(
    planId: string,
    effect: Day,
    file: { readonly name: string; readonly bytes: Buffer; readonly sha256: string },
    sender: Sender,
  ): Promise<AmendmentPreview> {
    const id = idOf(sender.command, 'amendment');
    const table = this.database.source.getRepository(AmendmentImport);
    // The same command again: somebody may have decided on lines since, or confirmed it.
    if (await table.existsBy({ id })) return this.preview(id, sender);
    const plan = await this.running(planId);
    await this.plans.caughtUp();
    const shown = await this.foreseen(id, plan, effect, await this.read(plan, file.bytes, effect, {}), sender);
    await table
      .createQueryBuilder()
      .insert()
      .values({
        ...{ id, plan: plan.id, by: sender.actor, made: this.clock.now(), file: file.name, sha256: file.sha256 },
        ...{ bytes: file.bytes, effect, decided: {}, confirmed: null },
      })
      .orIgnore()
      .execute();
    await this.database.pool.query(
      `delete from amendment_import where confirmed is null and made < $1::timestamptz - make_interval(days => $2)`,
      [this.clock.now(), KEPT_DAYS],
    );
    return { ...shown, id, plan: plan.id, file: file.name, effect, confirmed: null };
  }

  /** What a file would change, without keeping anything. */
  async look(
    planId: string,
    effect: Day,
    bytes: Buffer,
    decided: Readonly<Record<string, string | null>>,
    sender: Sender,
  ): Promise<Looked> {
    const plan = await this.running(planId);
    return this.foreseen(sender.command, plan, effect, await this.read(plan, bytes, effect, decided), sender);
  }

  /** The file read anew, against the plan and the units of now. */
  async preview(id: string, sender: Sender): Promise<AmendmentPreview> {
    const found = await this.found(id);
    const plan = await this.plans.find(found.plan);
    const read = await this.read(plan, found.bytes, found.effect, found.decided);
    const shown = found.confirmed === null ? await this.foreseen(id, plan, found.effect, read, sender) : read.shown;
    return { ...shown, id, plan: plan.id, file: found.file, effect: found.effect, confirmed: found.confirmed };
  }

  /** Takes a person's word for what lines of the file are: rows of the plan, or new ones (null). */
  async decide(
    id: string,
    decided: Readonly<Record<string, string | null>>,
    sender: Sender,
  ): Promise<AmendmentPreview> {
    const found = await this.found(id);
    if (found.confirmed !== null) throw refusal('conflict', 'import.confirmed');
    const plan = await this.plans.find(found.plan);
    const all = { ...found.decided, ...decided };
    const { rows, held } = await this.read(plan, found.bytes, found.effect, {});
    const lines = new Set(rows.map(({ line }) => String(line.row)));
    const named = Object.values(all).filter((row): row is string => row !== null);
    for (const line of Object.keys(all))
      if (!lines.has(line)) throw refusal('invalid', 'import.no-such-line', { line });
    for (const row of named) if (!held.has(row)) throw refusal('absent', 'plan.row-absent', { row });
    if (new Set(named).size < named.length) throw refusal('invalid', 'plan.row-named-twice');
    await this.database.source.getRepository(AmendmentImport).update({ id }, { decided: all });
    return this.preview(id, sender);
  }

  /** Amends the plan by the file, once; a file confirmed again changes nothing. */
  async confirm(
    id: string,
    { document, reason }: { readonly document: Document; readonly reason?: TextRef },
    sender: Sender,
  ): Promise<Amended> {
    const found = await this.found(id);
    await this.plans.caughtUp();
    const plan = await this.plans.find(found.plan);
    const read = await this.read(plan, found.bytes, found.effect, found.decided);
    const { shown } = read;
    if (found.confirmed !== null) return { receipt: null, summary: shown.summary, unchanged: true };
    if (shown.faults.length > 0) throw refusal('conflict', 'import.has-faults', { faults: shown.faults.length });
    const { uncertain } = shown.summary;
    if (uncertain > 0) throw refusal('conflict', 'import.uncertain-rows', { rows: uncertain });
    // What somebody else amended since would be taken back, and nobody has seen it.
    const { same, rows } = shown.summary;
    if ((same < rows || shown.removed.length > 0) && (await this.plans.amendedSince(plan.id, found.made))) {
      throw refusal('conflict', 'import.plan-amended-since');
    }
    const receipt = await this.commands.execute<PlanDispatch, Receipt>(
      new PlanDispatch(plan.id, sender, 'AmendPlan', {
        document,
        effect: found.effect,
        ...(reason ? { reason } : {}),
        ...wishOf(id, read),
      }),
    );
    await this.database.source.getRepository(AmendmentImport).update({ id }, { confirmed: this.clock.now() });
    return { receipt, summary: shown.summary, ...(receipt.unchanged ? { unchanged: true } : {}) };
  }

  /**
   * What is read, with what the plan itself says to it. Of a file at fault only its day of effect is judged; the document
   * is not known yet and no reason of a refusal.
   */
  private async foreseen(id: string, plan: PlanItem, effect: Day, read: Read, sender: Sender): Promise<Looked> {
    const { shown } = read;
    const isReady = shown.faults.length === 0 && shown.summary.uncertain === 0;
    const today = this.clock.today();
    const document: Document = { kind: '–', number: '–', date: effect < today ? effect : today };
    const wish = isReady ? wishOf(id, read) : NOTHING;
    const { refusal: refused, begins, ends } = await this.foresight.of(plan.id, { document, effect, ...wish }, sender);
    if (refused) return { ...shown, refusal: refused };
    const rows = shown.rows.map((row) => {
      const held = row.id ?? addedRow(id, row.row);
      return { ...row, begins: begins(held), ends: ends(held) };
    });
    return { ...shown, rows };
  }

  private async read(
    plan: PlanItem,
    bytes: Buffer,
    effect: Day,
    decided: Readonly<Record<string, string | null>>,
  ): Promise<Read> {
    const [annex, units, classes, rules, held, parentRows, reports] = await Promise.all([
      readAnnex(bytes),
      this.organization.unitsOn(effect),
      this.organization.classesOn(effect),
      this.rulebook.setFor(plan.year, plan.ruleSet),
      this.plans.allRows(plan.id),
      plan.parent === null ? [] : this.plans.rowNames(plan.parent),
      this.entries.reportsOf(plan.id),
    ]);
    const fields = fieldsOf(plan.fieldSet);
    const preview = previewAnnex(annex, { year: plan.year, fields, units, classes, rules, parentRows });
    const { rows, removed } = differenceOf(preview.rows, held, decided, namesOfRows(parentRows), preview.numbered);
    const settled = new Set(rows.flatMap(({ line, status }) => (status === 'same' ? [line.row] : [])));
    // What the plan says already is not at fault, even when a unit has another name today.
    const faults = preview.faults.filter(({ row }) => !settled.has(row));
    const count = (status: DifferingRow['status']): number => rows.filter((row) => row.status === status).length;
    return {
      shown: {
        sheet: preview.sheet,
        sheets: preview.sheets,
        columns: preview.columns,
        warnings: preview.warnings,
        rows: rows
          .filter(({ status }) => status !== 'same')
          .map(({ line, status, row, changes, candidates }) => {
            const { id: _, ...says } = line;
            const owed = { begins: [], ends: [] };
            return { status, ...(row === null ? {} : { id: row }), changes, candidates, ...owed, ...says };
          }),
        removed: removed.map(({ row, content: { code, title } }) => {
          return { row, code, title, reports: reports.get(row) ?? 0 };
        }),
        faults,
        summary: {
          rows: rows.length,
          same: count('same'),
          changed: count('changed'),
          added: count('added'),
          removed: removed.length,
          uncertain: count('uncertain'),
          faults: faults.length,
        },
        refusal: null,
      },
      rows,
      removed,
      held: new Map(held.map((item) => [item.row, item])),
    };
  }

  private async running(id: string): Promise<PlanItem> {
    const plan = await this.plans.find(id);
    if (plan.status === 'draft') throw refusal('conflict', 'plan.not-promulgated');
    if (plan.status === 'closed') throw refusal('conflict', 'plan.closed');
    return plan;
  }

  private async found(id: string): Promise<AmendmentImport> {
    const found = await this.database.source
      .getRepository(AmendmentImport)
      .createQueryBuilder('import')
      .addSelect('import.bytes')
      .where('import.id = :id', { id })
      .getOne();
    if (!found) throw refusal('absent', 'import.absent');
    return found;
  }
}

const NOTHING: AmendmentWish = { added: [], changed: [], removed: [] };

/** The id of a row that a line of a file adds. */
const addedRow = (id: string, line: number): string => idOf(id, 'row', line);

/** What an edited file without faults and uncertain lines wishes of its plan. */
const wishOf = (id: string, { rows, removed, held }: Read): AmendmentWish => {
  let before: string | null = null;
  const added: AmendmentWish['added'] = [];
  const changed: AmendmentWish['changed'] = [];
  for (const { line, status, row } of rows) {
    if (status === 'added') {
      const fresh = addedRow(id, line.row);
      // It stands where the file has it.
      added.push({ row: fresh, content: inputOfLine(line), after: before });
      before = fresh;
      continue;
    }
    if (row === null) continue;
    const mode = line.mode ?? held.get(row)?.content.mode;
    if (status === 'changed') changed.push({ row, content: { ...inputOfLine(line), ...(mode ? { mode } : {}) } });
    before = row;
  }
  return { added, changed, removed: removed.map(({ row }) => row) };
};
