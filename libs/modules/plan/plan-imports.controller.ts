import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refusal } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { RulebookQuery } from '#modules/rulebook';
import { Clock } from '#platform/clock';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import { Database } from '#platform/database';
import { matchRows, renamedInTurn, writtenIdentityOf } from './annex-match.format.js';
import {
  fieldSetOf,
  fieldsOf,
  leadsOn,
  overfull,
  previewAnnex,
  type AnnexPreview,
  type PreviewRow,
} from './annex-preview.format.js';
import { readAnnex, type AnnexMapping } from './annex.format.js';
import type { RowInput } from './plan.decider.js';
import { PlanDispatch } from './plan.handler.js';
import { PlanImport } from './plan-import.table.js';
import { PlanQuery, type AnnexItem, type PlanItem } from './plan.query.js';

/** A row of a preview: whether the plan holds it already, and if so whether it says the same; `id` is then its id. */
export type ImportRow = PreviewRow & { readonly status: 'new' | 'same' | 'changed' };

/** What an annex file would bring. */
export type ImportAnswer = Omit<AnnexPreview, 'rows' | 'numbered'> & {
  readonly id: string;
  readonly plan: string;
  readonly file: string;
  readonly confirmed: string | null;
  readonly rows: readonly ImportRow[];
};

export type ImportConfirmed = { readonly rows: number; readonly receipt: Receipt | null };

/** How much of an import goes into one append. */
const BATCH = { rows: 300, bytes: 300_000 } as const;
/** Files that nobody confirmed are dropped after this many days. */
const KEPT_DAYS = 14;

/** What a line of an annex file says of a row. */
export const inputOfLine = (row: PreviewRow): RowInput => ({
  field: row.field,
  code: row.code,
  title: row.title,
  deliverable: row.deliverable,
  leads: row.leads.map(({ kind, id, name }) => ({ kind, id, name })),
  leadsText: row.leadsText,
  coordinatingText: row.coordinatingText,
  deadline: row.deadline,
  funding: row.funding,
  note: row.note,
  mode: row.mode ?? { kind: 'all' },
  ...(row.parentRow === undefined ? {} : { parentRow: row.parentRow }),
});

/** Takes annex files in, shows what they would bring, and brings it. */
@Injectable()
export class PlanImports {
  /** Confirmations of one import go one after the other: each sees the rows that the one before has brought in. */
  private readonly confirming = new Map<string, Promise<ImportConfirmed>>();

  constructor(
    private readonly database: Database,
    private readonly commands: CommandBus,
    private readonly plans: PlanQuery,
    private readonly organization: OrganizationQuery,
    private readonly rulebook: RulebookQuery,
    private readonly clock: Clock,
  ) {}

  /** Stores a file that can be read as an annex and shows it; one that cannot leaves nothing. */
  async take(
    planId: string,
    file: { readonly name: string; readonly bytes: Buffer; readonly sha256: string },
    sender: Sender,
  ): Promise<ImportAnswer> {
    const id = idOf(sender.command, 'import');
    const table = this.database.source.getRepository(PlanImport);
    // The same command again: it may have got another mapping since, or been confirmed.
    if (await table.existsBy({ id })) return this.preview(id);
    const plan = await this.draft(planId);
    const shown = await this.read(plan, file.bytes, undefined, {}, file.sha256);
    await table
      .createQueryBuilder()
      .insert()
      .values({
        id,
        plan: plan.id,
        by: sender.actor,
        made: this.clock.now(),
        file: file.name,
        sha256: file.sha256,
        bytes: file.bytes,
        sheet: null,
        mapping: {},
        confirmed: null,
      })
      .orIgnore()
      .execute();
    await this.database.pool.query(
      `delete from plan_import where confirmed is null and made < $1::timestamptz - make_interval(days => $2)`,
      [this.clock.now(), KEPT_DAYS],
    );
    return { ...shown, id, plan: plan.id, file: file.name, confirmed: null };
  }

  /** A file read anew, against the units and rows of now. */
  async preview(id: string): Promise<ImportAnswer> {
    const { bytes, ...found } = await this.found(id);
    const plan = await this.plans.find(found.plan);
    const shown = await this.read(plan, bytes, found.sheet ?? undefined, found.mapping as AnnexMapping, found.sha256);
    return { ...shown, id, plan: plan.id, file: found.file, confirmed: found.confirmed };
  }

  /** Says which sheet and columns are meant, and shows the file again. */
  async map(id: string, sheet: string | undefined, mapping: AnnexMapping): Promise<ImportAnswer> {
    const { bytes, ...found } = await this.found(id);
    if (found.confirmed !== null) throw refusal('conflict', 'import.confirmed');
    const plan = await this.plans.find(found.plan);
    const shown = await this.read(plan, bytes, sheet ?? found.sheet ?? undefined, mapping, found.sha256);
    await this.database.source.getRepository(PlanImport).update({ id }, { sheet: sheet ?? found.sheet, mapping });
    return { ...shown, id, plan: plan.id, file: found.file, confirmed: null };
  }

  /**
   * Brings the rows into the draft, in several appends when they are many; repeated after a failure it goes on where it
   * ended. Rows that the plan holds from the same file stay as they are, even when they were edited since.
   */
  confirm(id: string, sender: Sender): Promise<ImportConfirmed> {
    const before = this.confirming.get(id) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.confirmInTurn(id, sender));
    this.confirming.set(id, turn);
    const over = (): void => {
      if (this.confirming.get(id) === turn) this.confirming.delete(id);
    };
    turn.then(over, over);
    return turn;
  }

  private async confirmInTurn(id: string, sender: Sender): Promise<ImportConfirmed> {
    const { bytes, ...found } = await this.found(id);
    await this.plans.caughtUp();
    const plan = await this.plans.find(found.plan);
    if (plan.status !== 'draft' && found.confirmed !== null) return { rows: 0, receipt: null };
    const preview = await this.read(plan, bytes, found.sheet ?? undefined, found.mapping as AnnexMapping, found.sha256);
    if (preview.faults.length > 0) throw refusal('conflict', 'import.has-faults', { faults: preview.faults.length });
    const held = new Map((await this.rowsOf(plan.id)).map((row) => [row.row, row]));
    let receipt: Receipt | null = null;
    const send = async (name: string, dispatch: (sender: Sender) => PlanDispatch): Promise<void> => {
      const command = idOf(sender.command, id, name);
      const { expected: _, ...rest } = sender;
      receipt = await this.commands.execute<PlanDispatch, Receipt>(
        dispatch({ ...rest, command, causation: sender.command }),
      );
    };
    const changed = renamedInTurn(
      preview.rows.filter(({ status }) => status === 'changed'),
      [...held.values()],
    );
    if (!changed) throw refusal('conflict', 'plan.row-twice');
    for (const row of changed) {
      const target = held.get(row.id ?? '');
      if (target === undefined) continue;
      // A file that says nothing of when a row is completed leaves what a person said of it.
      const content = { ...inputOfLine(row), mode: row.mode ?? target.content.mode };
      await send(`row ${target.row}`, (as) => new PlanDispatch(plan.id, as, 'EditRow', { row: target.row, content }));
    }
    const fresh = preview.rows.filter(({ status }) => status === 'new');
    const idFor = (row: PreviewRow): string => {
      const usual = idOf(plan.id, 'row', writtenIdentityOf(row));
      // A row that was called so once, and is called otherwise now, keeps its id.
      return held.has(usual) ? idOf(plan.id, 'row', writtenIdentityOf(row), found.sha256) : usual;
    };
    for (const [index, batch] of batches(fresh, idFor).entries())
      await send(
        `rows ${index}`,
        (as) => new PlanDispatch(plan.id, as, 'AddRows', { rows: batch, source: found.sha256 }),
      );
    await this.database.source.getRepository(PlanImport).update({ id }, { confirmed: this.clock.now() });
    return { rows: fresh.length + changed.length, receipt };
  }

  /**
   * A file as a plan would take it, without keeping anything: what `--dry-run` shows. The plan need not be drafted yet,
   * nor be a draft still.
   */
  async look(
    plan: PlanItem | { readonly id: string; readonly year: number },
    file: { readonly name: string; readonly bytes: Buffer; readonly sha256: string },
  ): Promise<Omit<ImportAnswer, 'id'> & { readonly id: null }> {
    const asked = 'fieldSet' in plan ? plan : { ...plan, fieldSet: fieldSetOf(plan.year).version };
    const shown = await this.read(asked, file.bytes, undefined, {}, file.sha256);
    return { ...shown, id: null, plan: plan.id, file: file.name, confirmed: null };
  }

  private async read(
    plan: Pick<PlanItem, 'id' | 'year' | 'fieldSet'> & Partial<Pick<PlanItem, 'ruleSet' | 'parent'>>,
    bytes: Buffer,
    sheet: string | undefined,
    mapping: AnnexMapping,
    sha256: string,
  ): Promise<Omit<ImportAnswer, 'id' | 'plan' | 'file' | 'confirmed'>> {
    const day = leadsOn(plan.year, this.clock.today());
    const [annex, units, classes, rules, rows, parentRows] = await Promise.all([
      readAnnex(bytes, { ...(sheet === undefined ? {} : { sheet }), mapping }),
      this.organization.unitsOn(day),
      this.organization.classesOn(day),
      this.rulebook.setFor(plan.year, plan.ruleSet),
      this.rowsOf(plan.id),
      plan.parent ? this.plans.rowNames(plan.parent) : [],
    ]);
    const fields = fieldsOf(plan.fieldSet);
    const { numbered: _, ...preview } = previewAnnex(annex, {
      year: plan.year,
      fields,
      rules,
      units,
      classes,
      parentRows,
      held: rows,
    });
    const matched = matchRows(preview.rows, rows, sha256);
    const settled = new Set(matched.flatMap(({ row, status }) => (status === 'same' ? [row.row] : [])));
    // What the plan says already is not at fault, even when a unit has another name today.
    const fresh = matched.flatMap(({ row, status }) => (status === 'new' ? [row] : []));
    const faults = [...preview.faults.filter(({ row }) => !settled.has(row)), ...overfull(fresh, rows.length)];
    return {
      ...preview,
      rows: matched.map(({ row: { id: _, ...row }, held, status }) => ({
        ...row,
        ...(held ? { id: held.row } : {}),
        status,
      })),
      faults,
      summary: { rows: preview.summary.rows, faults: faults.length },
    };
  }

  private async rowsOf(plan: string): Promise<readonly (AnnexItem & { readonly source: string | null })[]> {
    return this.plans.allRows(plan);
  }

  private async draft(id: string): Promise<PlanItem> {
    // Its rows may have been changed a moment ago.
    await this.plans.caughtUp();
    const plan = await this.plans.find(id);
    if (plan.status !== 'draft') throw refusal('conflict', 'plan.not-a-draft');
    return plan;
  }

  private async found(id: string): Promise<PlanImport> {
    const found = await this.database.source
      .getRepository(PlanImport)
      .createQueryBuilder('import')
      .addSelect('import.bytes')
      .where('import.id = :id', { id })
      .getOne();
    if (!found) throw refusal('absent', 'import.absent');
    return found;
  }
}

const batches = (
  rows: readonly PreviewRow[],
  idFor: (row: PreviewRow) => string,
): readonly { row: string; content: RowInput }[][] => {
  const all: { row: string; content: RowInput }[][] = [];
  let size = 0;
  for (const row of rows) {
    const one = { row: idFor(row), content: inputOfLine(row) };
    const bytes = Buffer.byteLength(JSON.stringify(one)) + 500;
    const last = all.at(-1);
    if (!last || last.length >= BATCH.rows || size + bytes > BATCH.bytes) {
      all.push([one]);
      size = bytes;
    } else {
      last.push(one);
      size += bytes;
    }
  }
  return all;
};
