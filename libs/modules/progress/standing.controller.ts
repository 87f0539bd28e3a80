import { Controller, Get, Injectable, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import type { Ratio } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import {
  Allow,
  answer,
  ById,
  IsDay,
  keyOf,
  maybe,
  oneOf,
  Optional,
  orNull,
  PAGE_LENGTH,
  PageQuery,
  pageOf,
  Refuses,
} from '#platform/http';
import { Matrices, shownClocks, type RowMatrix, type UnitMatrix } from './matrices.controller.js';
import { ProgressAnswers, type Named } from './progress-answers.controller.js';
import { ProgressQuery, type Clocks, type Figures } from './progress.query.js';

const RATIOS = ['completed', 'carriedOut', 'started', 'completedOfDue'] as const;
export type Ranked = (typeof RATIOS)[number];
type UnitFigures = Figures['byUnit'][number];

class StandingAsked extends PageQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded?: string;
}
class RankingAsked extends StandingAsked {
  /** The ratio by which units are ranked. */
  @Optional() @IsIn([...RATIOS]) @ApiProperty({ required: false, enum: RATIOS, default: 'completed' }) by?: Ranked;
  /** Only units of this class, ranked among each other; those that have ended too. */
  @Optional() @IsUUID() @ApiProperty({ required: false, description: 'The id of a class of units.' }) class?: string;
}
class MatrixAsked extends StandingAsked {
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  @Optional() @IsString() @MaxLength(20) @ApiProperty({ required: false, example: 'CDDH' }) field?: string;
}
class ByPlanAndUnit {
  @IsString() @MaxLength(100) @ApiProperty({ example: 'CCHC-2026' }) id!: string;
  @IsUUID() @ApiProperty({ example: '9d1f7a52-7d6a-5b7e-9c55-41b6c1f0b7aa' }) unit!: string;
}

const UNIT = { id: '9d1f7a52-7d6a-5b7e-9c55-41b6c1f0b7aa', name: 'Sở Nội vụ' };
const ratio = (base: string) => ({ numerator: 27, denominator: 29, base, percent: orNull('93.1') });
const CELL = {
  period: 1,
  cutoff: orNull('2026-03-14'),
  due: orNull('2026-03-20'),
  state: oneOf('accepted', 'waiting', 'returned', 'in-progress', 'nothing', 'missed'),
  workDay: orNull('2026-03-14'),
  late: false,
  report: orNull('5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
};
const CLOCKS = { on: '2026-12-17', recorded: '2026-12-18', position: '48213', stale: false };

/** Compares two shares exactly, the greater first; a unit that owes nothing stands last. */
const greaterFirst = (a: Ratio, b: Ratio): number => {
  if (a.denominator === 0 || b.denominator === 0) return Number(a.denominator === 0) - Number(b.denominator === 0);
  return b.numerator * a.denominator - a.numerator * b.denominator;
};

/** By what units are ranked, and among which. */
export type RankingWish = {
  readonly on?: string | undefined;
  readonly recorded?: string | undefined;
  readonly by?: Ranked | undefined;
  readonly class?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
};

/** Units by a ratio, with its base and the rule for ties. */
export type RankingAnswer = Pick<Clocks, 'on' | 'recorded' | 'position' | 'stale'> & {
  readonly by: Ranked;
  readonly base: string;
  readonly ties: 'same-rank';
  readonly items: readonly (Omit<UnitFigures, 'unit'> & {
    readonly rank: number | null;
    readonly tied: number;
    readonly unit: Named;
  })[];
  readonly next: string | null;
  readonly total: number;
};

/** Ranks units, over HTTP and on the command line alike. */
@Injectable()
export class Rankings {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly answers: ProgressAnswers,
    private readonly organization: OrganizationQuery,
  ) {}

  async of(id: string, query: RankingWish): Promise<RankingAnswer> {
    const by = query.by ?? 'completed';
    const plan = await this.progress.plan(id);
    const clocks = await this.progress.clocks(query, query.after);
    const figures = await this.progress.figures(plan, clocks);
    const byUnit = query.class === undefined ? figures.byUnit : await this.ofClass(query.class, figures.byUnit, clocks);
    const name = await this.answers.units(
      byUnit.map(({ unit }) => unit),
      clocks.on,
    );
    const inOrder = rankedBy(by, byUnit, name);
    const from = Number(keyOf(query.cursor, 1)?.[0] ?? 0);
    const limit = query.limit ?? PAGE_LENGTH;
    const page = pageOf(inOrder.filter(({ place }) => place > from).slice(0, limit + 1), limit, ({ place }) => [
      String(place),
    ]);
    return {
      ...shownClocks(clocks),
      by,
      base: by === 'completedOfDue' ? 'obligations-due' : 'obligations',
      ties: 'same-rank' as const,
      items: page.items.map(({ place: _, ...item }) => item),
      next: page.next,
      total: inOrder.length,
    };
  }

  private async ofClass(asked: string, units: readonly UnitFigures[], { on }: Clocks): Promise<readonly UnitFigures[]> {
    const kinds = (await this.organization.classesOn(on)).find(({ id }) => id === asked)?.kinds ?? [];
    const found = await Promise.all(units.map(({ unit }) => this.organization.unit(unit, on)));
    return units.filter((_, index) => kinds.includes(found[index]?.kind ?? ''));
  }
}

/** Where units stand: ranked among each other, one over all its rows, and a row over all its units. */
@ApiTags('progress')
@Controller()
export class StandingController {
  constructor(
    private readonly rankings: Rankings,
    private readonly matrices: Matrices,
  ) {}

  /**
   * Units by a ratio of their obligations, compared exactly. Units of one share have one rank, and the next one counts
   * them all (1, 2, 2, 4); within a rank they stand by their base, the larger first, then by name. Who has no base has no
   * rank.
   */
  @Get('plans/:id/ranking')
  @Allow('read')
  @ApiOkResponse(
    answer({
      ...CLOCKS,
      by: oneOf(...RATIOS),
      base: oneOf('obligations', 'obligations-due'),
      ties: 'same-rank',
      items: [
        {
          rank: orNull(2),
          tied: 2,
          unit: UNIT,
          completed: ratio('obligations'),
          carriedOut: ratio('obligations'),
          started: ratio('obligations'),
          completedOfDue: ratio('obligations-due'),
          overdue: 0,
          awaiting: 1,
        },
      ],
      next: orNull('WyIyIl0'),
      total: 118,
    }),
  )
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-position', 'request.bad-cursor'] })
  ranking(@Param('id') id: string, @Query() query: RankingAsked): Promise<RankingAnswer> {
    return this.rankings.of(id, query);
  }

  /** One unit over all rows that it owes, each with its periods. */
  @Get('plans/:id/units/:unit/matrix')
  @Allow('read')
  @ApiOkResponse(
    answer({
      ...CLOCKS,
      unit: UNIT,
      items: [
        {
          task: { id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', code: 'I.1', title: 'Ban hành kế hoạch', field: 'CDDH' },
          obligation: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
          met: 3,
          owed: 4,
          suspended: false,
          periods: [CELL],
        },
      ],
      next: orNull('WyIyIl0'),
      total: 29,
    }),
  )
  @Refuses({
    404: ['plan.absent', 'organization.unit-absent'],
    422: ['request.no-such-day', 'request.bad-position', 'request.bad-cursor'],
  })
  ofUnit(@Param() { id, unit }: ByPlanAndUnit, @Query() query: MatrixAsked): Promise<UnitMatrix> {
    return this.matrices.ofUnit(id, unit, query);
  }

  /** One row over all units that owe it: units down, periods across. */
  @Get('tasks/:id/matrix')
  @Allow('read')
  @ApiOkResponse(
    answer({
      ...CLOCKS,
      task: { id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', code: 'I.1', title: 'Ban hành kế hoạch' },
      periods: [{ period: 1, cutoff: orNull('2026-03-14'), due: orNull('2026-03-20'), accepted: 117, of: 118 }],
      items: [
        {
          unit: UNIT,
          obligation: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
          met: 3,
          owed: 4,
          suspended: false,
          periods: [CELL],
        },
      ],
      next: maybe(orNull('WyIyIl0')),
      total: 118,
    }),
  )
  @Refuses({ 404: ['task.absent'], 422: ['request.no-such-day', 'request.bad-position', 'request.bad-cursor'] })
  ofTask(@Param() { id }: ById, @Query() query: MatrixAsked): Promise<RowMatrix> {
    return this.matrices.ofTask(id, query);
  }
}

const rankedBy = (by: Ranked, units: readonly UnitFigures[], name: (unit: string) => Named) => {
  const sorter = new Intl.Collator('vi', { numeric: true });
  const inOrder = units
    .map((figures) => ({ ...figures, unit: name(figures.unit) }))
    .sort(
      (a, b) =>
        greaterFirst(a[by], b[by]) || b[by].denominator - a[by].denominator || sorter.compare(a.unit.name, b.unit.name),
    );
  return inOrder.map((figures, index) => {
    const same = inOrder.filter((other) => greaterFirst(other[by], figures[by]) === 0);
    const rank = figures[by].denominator === 0 ? null : inOrder.findIndex((other) => same.includes(other)) + 1;
    return { place: index + 1, rank, tied: same.length, ...figures };
  });
};
