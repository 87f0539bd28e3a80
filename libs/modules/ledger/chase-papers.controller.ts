import { Injectable } from '@nestjs/common';
import { refusal } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { PlanQuery } from '#modules/plan';
import type { Clocks, PlanFacts } from '#modules/progress';
import { Clock } from '#platform/clock';
import { keyOf, PAGE_LENGTH, pageOf } from '#platform/http';
import { byUrgency, Chase, placeOf, type ChaseCounts, type ChasedUnit } from './chase.controller.js';
import { writeChaseLetter, writeChaseWorkbook, type LetterHead } from './chase.format.js';
import { DOCX, XLSX, type Paper } from './handed-out.controller.js';

/** Within how many days something is due soon when nobody says (`counting.md`, section 3). */
export const WITHIN = 15;

/** Whom and what a list for chasing is about. */
export type ChaseWish = {
  readonly within?: number | undefined;
  readonly unit?: string | undefined;
  readonly field?: string | undefined;
};

/** What a letter says beside its list; what is left out stays open or is what the issuer would say. */
export type LetterWish = ChaseWish & {
  readonly issuer?: string | undefined;
  readonly number?: string | undefined;
  readonly place?: string | undefined;
  readonly date?: string | undefined;
  /** The lines above the name, between semicolons. */
  readonly signed?: string | undefined;
  readonly signer?: string | undefined;
};

/** A page of the list, units with most of what is overdue first. */
export type ChaseAnswer = Pick<Clocks, 'on' | 'recorded' | 'position' | 'stale'> & {
  readonly within: number;
  readonly totals: ChaseCounts & { readonly units: number };
  readonly items: readonly ChasedUnit[];
  readonly next: string | null;
};

/** The list for chasing as it is handed out: page by page, as a workbook, as a letter. */
@Injectable()
export class ChasePapers {
  constructor(
    private readonly plans: PlanQuery,
    private readonly chase: Chase,
    private readonly organization: OrganizationQuery,
    private readonly clock: Clock,
  ) {}

  async list(
    plan: PlanFacts,
    clocks: Clocks,
    wish: ChaseWish & { readonly cursor?: string | undefined; readonly limit?: number | undefined },
  ): Promise<ChaseAnswer> {
    const { within, units, totals } = await this.chased(plan, clocks, wish);
    const [overdue, dueSoon, name = '', id = ''] = keyOf(wish.cursor, 4) ?? [];
    const last = { overdue: Number(overdue), dueSoon: Number(dueSoon), name, id };
    const rest = overdue === undefined ? units : units.filter((unit) => byUrgency(last, placeOf(unit)) < 0);
    const page = pageOf(rest, wish.limit ?? PAGE_LENGTH, (unit) => {
      const place = placeOf(unit);
      return [String(place.overdue), String(place.dueSoon), place.name, place.id];
    });
    const { on, recorded, position, stale } = clocks;
    return { on, recorded, position, stale, within, totals, items: page.items, next: page.next };
  }

  async workbook(plan: PlanFacts, clocks: Clocks, wish: ChaseWish): Promise<Paper> {
    const { within, units } = await this.chased(plan, clocks, wish);
    const bytes = await writeChaseWorkbook({ plan: plan.title, ...clocks, within }, units);
    return { type: XLSX, name: `Don doc - ${plan.code} - ${clocks.on}.xlsx`, bytes };
  }

  /** A letter to the units that have something overdue or due soon; there must be one. */
  async letter(plan: PlanFacts, clocks: Clocks, wish: LetterWish): Promise<Paper> {
    const { within, units } = await this.chased(plan, clocks, wish);
    // Nobody writes to itself.
    const writer = wish.issuer ?? plan.unit;
    const chased = units.filter(
      ({ unit, overdue, dueSoon }) => unit.id !== writer && overdue.length + dueSoon.length > 0,
    );
    if (chased.length === 0) throw refusal('conflict', 'chase.nothing');
    const [promulgated, promulgator, issuer] = await Promise.all([
      this.plans.find(plan.id),
      this.organization.unit(plan.unit),
      wish.issuer === undefined ? undefined : this.organization.unit(wish.issuer),
    ]);
    if (!promulgator || (wish.issuer !== undefined && !issuer)) {
      throw refusal('absent', 'organization.unit-absent');
    }
    const own = !issuer || issuer.id === promulgator.id;
    const head: LetterHead = {
      plan: plan.title,
      on: clocks.on,
      recorded: clocks.recorded,
      within,
      issuer: own ? promulgator.name : issuer.name,
      ...(own ? {} : { above: promulgator.name }),
      ...(wish.number === undefined ? {} : { number: wish.number }),
      ...(wish.place === undefined ? {} : { place: wish.place }),
      date: wish.date ?? this.clock.today(),
      document: promulgated.document,
      promulgator: promulgator.name,
      signed: wish.signed?.split(';').map((line) => line.trim()) ?? signatureOf(own ? promulgator.kind : issuer.kind),
      ...(wish.signer === undefined ? {} : { signer: wish.signer }),
    };
    const bytes = await writeChaseLetter(head, chased);
    return { type: DOCX, name: `Cong van don doc - ${plan.code} - ${clocks.on}.docx`, bytes };
  }

  private async chased(plan: PlanFacts, clocks: Clocks, { within = WITHIN, unit, field }: ChaseWish) {
    return { within, ...(await this.chase.of(plan, clocks, { within, unit, field })) };
  }
}

/** Who signs for a unit of that kind, as long as nobody says otherwise (Nghị định 30/2020/NĐ-CP, điều 13). */
const signatureOf = (kind: string): readonly string[] => {
  if (['province', 'district', 'commune', 'ward', 'special_zone'].includes(kind)) {
    return ['TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH'];
  }
  if (kind === 'ministry') return ['BỘ TRƯỞNG'];
  return kind === 'department' ? ['GIÁM ĐỐC'] : ['THỦ TRƯỞNG ĐƠN VỊ'];
};
