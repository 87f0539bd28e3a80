import { Injectable } from '@nestjs/common';
import { dayInWords } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { fieldsOf, PlanQuery } from '#modules/plan';
import { maybe, oneOf, orNull, PAGE_LENGTH, People } from '#platform/http';
import { said } from '#platform/wording';
import type { Measured, TargetContent } from './target.events.js';
import {
  TargetQuery,
  type ShownAct,
  type TargetClocks,
  type TargetCounts,
  type TargetState,
  type ValueState,
} from './target.query.js';
import type { Verdict } from './verdict.query.js';

type Named = { readonly id: string; readonly name: string };

/** A target as it is answered: fields and units by name, its last value beside it. */
export type ShownTarget = Omit<TargetContent, 'field' | 'leads'> &
  Omit<TargetState, 'content' | 'values'> & {
    readonly field: { readonly code: string; readonly name: string } | null;
    readonly leads: readonly Named[];
    readonly value: ValueState | null;
  };

/** The targets of a plan as they are answered, over HTTP and on the command line alike. */
export type TargetsAnswer = Pick<TargetClocks, 'on' | 'recorded' | 'position' | 'stale'> & {
  readonly targets: TargetCounts;
  readonly items: readonly ShownTarget[];
  readonly next: string | null;
  readonly total: number;
};

/** What a list of targets is asked for. */
export type TargetsAsked = {
  readonly on?: string | undefined;
  readonly recorded?: string | undefined;
  readonly after?: string | undefined;
  readonly verdict?: Verdict | undefined;
  readonly field?: string | undefined;
  readonly unit?: string | undefined;
  readonly search?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
};

const QUALIFIER = oneOf('exact', 'about', 'more-than', 'less-than');
const SOURCE = {
  publisher: 'Bộ Nội vụ',
  document: maybe({ kind: 'Quyết định', number: '0512/QĐ-BNV', date: '2026-04-06', signatory: maybe('Bộ trưởng') }),
  place: maybe('Cổng Dịch vụ công quốc gia'),
};
const MEASURED = {
  number: maybe('91.2'),
  rank: maybe(38),
  of: maybe(63),
  group: maybe('Trung bình cao'),
  yes: maybe(true),
};
const VALUE_EXAMPLE = {
  id: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  version: 0,
  on: '2026-12-31',
  from: maybe('2026-01-01'),
  value: MEASURED,
  qualifier: QUALIFIER,
  source: SOURCE,
  counts: maybe({
    numerator: maybe(1335),
    denominator: 1391,
    rate: maybe('95.97'),
    check: oneOf('follows', 'differs', 'impossible', 'not-checked'),
  }),
  verdict: oneOf('met', 'missed', 'open'),
};

export const TARGET_EXAMPLE = {
  id: '0c7a1f9e-6d5b-5c31-8a53-9f0f6d1f2a10',
  plan: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
  year: 2026,
  title: 'Chỉ số hài lòng (SIPAS)',
  field: orNull({ code: 'CDDH', name: 'Công tác chỉ đạo, điều hành cải cách hành chính' }),
  goal: {
    kind: oneOf('at-least', 'at-most', 'rank-at-most', 'group-at-least', 'yes'),
    value: maybe('90'),
    unit: maybe('%'),
    rank: maybe(40),
    of: maybe(63),
    group: maybe('Trung bình cao'),
    groups: maybe(['Thấp', 'Trung bình thấp', 'Trung bình cao', 'Cao']),
  },
  leads: [{ id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Sở Nội vụ' }],
  note: '',
  baseline: maybe({ year: 2025, value: MEASURED, qualifier: QUALIFIER, source: SOURCE }),
  since: '2026-01-01',
  document: orNull({ kind: 'Kế hoạch', number: '0031/KH-UBND', date: '2026-03-02' }),
  value: orNull(VALUE_EXAMPLE),
  verdict: oneOf('met', 'missed', 'open'),
  because: orNull(oneOf('no-value', 'approximate')),
  interim: false,
  comparison: orNull({
    by: '1.1',
    direction: oneOf('better', 'worse', 'same'),
    exact: true,
    with: oneOf('value', 'baseline'),
    on: '2025-12-31',
  }),
  doubtful: false,
};

const CLOCKS_EXAMPLE = { on: '2026-12-31', recorded: '2027-05-04', position: '48213', stale: false };

export const TARGETS_EXAMPLE = {
  ...CLOCKS_EXAMPLE,
  targets: { met: 1, missed: 1, open: 2, interim: 0 },
  items: [TARGET_EXAMPLE],
  next: orNull('WyIyIl0'),
  total: 4,
};

export const ONE_TARGET_EXAMPLE = { ...CLOCKS_EXAMPLE, target: TARGET_EXAMPLE, values: [VALUE_EXAMPLE] };

export const TARGET_HISTORY_EXAMPLE = {
  items: [
    {
      id: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10',
      kind: 'ValueReported',
      words: 'Số liệu tính đến ngày 31/12/2026: 91,2 (nguồn: Bộ Nội vụ)',
      on: '2026-12-31',
      recorded: '2027-05-04T02:00:00.000Z',
      position: '48213',
      actor: { id: '47c7d1ff-8e9e-59b1-9e1f-8a65eab402d0', name: 'Nguyễn Văn An' },
      reason: maybe({ id: '9dea8c1f-716e-5f51-b9fb-81c72b113a65', text: maybe('Ghi nhầm.'), erased: maybe(true) }),
    },
  ],
  next: orNull('WyI0ODIxMyJd'),
};

type WordedAct = Omit<ShownAct, 'actor'> & { readonly words: string; readonly actor: Named };

const measuredInWords = (value: Measured): string => {
  if ('number' in value) return value.number.replace('.', ',');
  if ('rank' in value) return said('targetActs.rank', { rank: value.rank });
  if ('group' in value) return value.group;
  return said(value.yes ? 'targetActs.yes' : 'targetActs.no');
};

/** What happened to a target, in a Vietnamese sentence. */
const actInWords = ({ kind, on, day, reading }: Omit<ShownAct, 'actor'>): string =>
  said(`targetActs.${kind}`, {
    day: dayInWords(day ?? on),
    ...(reading ? { value: measuredInWords(reading.value), publisher: reading.source.publisher } : {}),
  });

/** Puts names to targets. */
@Injectable()
export class TargetAnswers {
  constructor(
    private readonly targets: TargetQuery,
    private readonly plans: PlanQuery,
    private readonly organization: OrganizationQuery,
    private readonly people: People,
  ) {}

  /** The targets of a plan at both clocks. */
  async list(planIdOrCode: string, asked: TargetsAsked): Promise<TargetsAnswer> {
    const plan = await this.plans.find(planIdOrCode);
    const clocks = await this.targets.clocks(asked, asked.after);
    const page = await this.targets.page(plan.id, clocks, { ...asked, limit: asked.limit ?? PAGE_LENGTH });
    const { on, recorded, position, stale } = clocks;
    const items = await this.shown(page.items, plan.fieldSet);
    return { on, recorded, position, stale, targets: page.counts, items, next: page.next, total: page.total };
  }

  /** One target with all its values. */
  async one(id: string, asked: TargetsAsked): Promise<object> {
    const clocks = await this.targets.clocks(asked, asked.after);
    const state = await this.targets.target(id, clocks);
    const { on, recorded, position, stale } = clocks;
    const { fieldSet } = await this.plans.find(state.plan);
    const [target] = await this.shown([state], fieldSet);
    return { on, recorded, position, stale, target, values: state.values };
  }

  /** Acts in words, with the names of those who did them. */
  async worded(acts: readonly ShownAct[]): Promise<readonly WordedAct[]> {
    const person = await this.people.called(acts.map(({ actor }) => actor));
    return acts.map(({ actor, ...act }) => ({
      ...act,
      words: actInWords(act),
      actor: person(actor),
    }));
  }

  private async shown(states: readonly TargetState[], fieldSet: string): Promise<readonly ShownTarget[]> {
    const fields = fieldsOf(fieldSet);
    const names = await this.organization.unitNames(states.flatMap(({ content }) => content.leads));
    return states.map(({ content: { field, leads, ...content }, values, ...state }) => ({
      ...state,
      ...content,
      field: field === null ? null : { code: field, name: fields.find(({ code }) => code === field)?.name ?? field },
      leads: leads.map((id) => ({ id, name: names.get(id) ?? '' })),
      value: values[0] ?? null,
    }));
  }
}
