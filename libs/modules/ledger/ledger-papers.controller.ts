import { Injectable } from '@nestjs/common';
import { dayOfInstant } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import type { Clocks, PlanFacts } from '#modules/progress';
import { keyOf, PAGE_LENGTH, pageOf } from '#platform/http';
import {
  ExtensionLedger,
  type ExtensionFilter,
  type ExtensionItem,
  type ExtensionTotals,
} from './extension-ledger.controller.js';
import { XLSX, type Paper } from './handed-out.controller.js';
import {
  inOrder,
  LatenessLedger,
  type LatenessFilter,
  type LatenessItem,
  type LatenessTotals,
} from './lateness-ledger.controller.js';
import { writeExtensionLedger, writeLatenessLedger, type LedgerHead } from './ledger.format.js';

type Paged = { readonly cursor?: string | undefined; readonly limit?: number | undefined };

/** A page of a ledger, with the sums of all of it. */
export type LedgerAnswer<Item, Totals> = Pick<Clocks, 'on' | 'recorded' | 'position' | 'stale'> & {
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly total: number;
  readonly totals: Totals;
};
export type ExtensionsAnswer = LedgerAnswer<ExtensionItem, ExtensionTotals>;
export type LatenessAnswer = LedgerAnswer<LatenessItem, LatenessTotals>;

/** The ledgers as they are handed out: page by page, and as workbooks. */
@Injectable()
export class LedgerPapers {
  constructor(
    private readonly extensionLedger: ExtensionLedger,
    private readonly latenessLedger: LatenessLedger,
    private readonly organization: OrganizationQuery,
  ) {}

  async extensions(plan: PlanFacts, clocks: Clocks, wish: ExtensionFilter & Paged): Promise<ExtensionsAnswer> {
    const { items, totals } = await this.extensionLedger.of(plan, clocks, wish);
    const [position] = keyOf(wish.cursor, 1) ?? [];
    const rest = position === undefined ? items : items.filter((item) => BigInt(item.position) > asPosition(position));
    const page = pageOf(rest, wish.limit ?? PAGE_LENGTH, (item) => [item.position]);
    return { ...shown(clocks), items: page.items, next: page.next, total: items.length, totals };
  }

  async extensionsWorkbook(plan: PlanFacts, clocks: Clocks, wish: ExtensionFilter): Promise<Paper> {
    const { items, totals } = await this.extensionLedger.of(plan, clocks, wish);
    const lines = items.map(({ corrections, withdrawn, ...item }) => ({
      ...item,
      corrections: corrections.map((one) => ({ ...one, recorded: dayOfInstant(one.recorded) })),
      withdrawn: withdrawn ? { ...withdrawn, recorded: dayOfInstant(withdrawn.recorded) } : null,
    }));
    const bytes = await writeExtensionLedger(await this.head(plan, clocks, wish.unit), lines, totals.byUnit);
    return { type: XLSX, name: `So gia han - ${plan.code} - ${clocks.on}.xlsx`, bytes };
  }

  async lateness(plan: PlanFacts, clocks: Clocks, wish: LatenessFilter & Paged): Promise<LatenessAnswer> {
    const { placed, totals } = await this.latenessLedger.of(plan, clocks, wish);
    const [ordinal, unitName = '', unitId = '', period] = keyOf(wish.cursor, 4) ?? [];
    const last = { ordinal: Number(ordinal), unitName, unit: unitId, period: Number(period) };
    const rest = ordinal === undefined ? placed : placed.filter(({ place }) => inOrder(last, place) < 0);
    const page = pageOf(rest, wish.limit ?? PAGE_LENGTH, ({ place }) => [
      String(place.ordinal),
      place.unitName,
      place.unit,
      String(place.period),
    ]);
    const items = page.items.map(({ item }) => item);
    return { ...shown(clocks), items, next: page.next, total: placed.length, totals };
  }

  async latenessWorkbook(plan: PlanFacts, clocks: Clocks, wish: LatenessFilter): Promise<Paper> {
    const { placed, totals } = await this.latenessLedger.of(plan, clocks, wish);
    const lines = placed.map(({ item }) => item);
    const bytes = await writeLatenessLedger(await this.head(plan, clocks, wish.unit), lines, totals.byUnit);
    return { type: XLSX, name: `So tre han - ${plan.code} - ${clocks.on}.xlsx`, bytes };
  }

  private async head(plan: PlanFacts, { on, recorded }: Clocks, unitId: string | undefined): Promise<LedgerHead> {
    const part = unitId === undefined ? null : ((await this.organization.unitNames([unitId])).get(unitId) ?? null);
    return { plan: plan.title, on, recorded, part };
  }
}

const shown = ({ on, recorded, position, stale }: Clocks): Pick<Clocks, 'on' | 'recorded' | 'position' | 'stale'> => ({
  on,
  recorded,
  position,
  stale,
});

const asPosition = (text: string): bigint => (/^\d{1,19}$/.test(text) ? BigInt(text) : 0n);
