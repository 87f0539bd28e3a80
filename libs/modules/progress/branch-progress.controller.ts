import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsInt, IsUUID, Max, Min } from 'class-validator';
import { Type } from 'class-transformer';
import { refusal, yearOf } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { Allow, answer, IsDay, Optional, PAGE_LENGTH, PageQuery, Refuses } from '#platform/http';
import { ProgressAnswers } from './progress-answers.controller.js';
import { BranchProgress } from './branch-progress.query.js';
import { BRANCH_EXAMPLE } from './progress-examples.controller.js';
import { ProgressQuery } from './progress.query.js';

class BranchQuery extends PageQuery {
  /** The unit at the top of the branch; all plans without it. */
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  /** The year of the plans; the year of `on` by default. */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1900)
  @Max(2200)
  @ApiProperty({ required: false, example: 2026 })
  year?: number;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded?: string;
}

/** Figures over all plans that the units of a branch have issued, on both clocks. */
@ApiTags('progress')
@Controller('progress')
export class BranchProgressController {
  constructor(
    private readonly branches: BranchProgress,
    private readonly progress: ProgressQuery,
    private readonly organization: OrganizationQuery,
    private readonly answers: ProgressAnswers,
  ) {}

  @Get()
  @Allow('read')
  @ApiOkResponse(answer(BRANCH_EXAMPLE))
  @Refuses({
    404: ['organization.unit-absent'],
    422: ['request.no-such-day', 'request.bad-position', 'request.bad-cursor'],
  })
  async figures(@Query() query: BranchQuery): Promise<object> {
    const clocks = await this.progress.clocks(query, query.after);
    const top = query.unit;
    if (top !== undefined && !(await this.organization.unit(top, clocks.on))) {
      throw refusal('absent', 'organization.unit-absent');
    }
    const branch = {
      units: top === undefined ? null : await this.organization.branchOf(top, clocks.on),
      year: query.year ?? yearOf(clocks.on),
    };
    const { fieldSets, byField, items, ...figures } = await this.branches.figures(branch, clocks, {
      cursor: query.cursor,
      limit: query.limit ?? PAGE_LENGTH,
    });
    const ids = [...(top === undefined ? [] : [top]), ...items.map(({ plan }) => plan.unit)];
    const name = await this.answers.units(ids, clocks.on);
    return {
      unit: top === undefined ? null : name(top),
      year: branch.year,
      ...figures,
      byField: this.answers.fields(byField, fieldSets),
      items: items.map(({ plan, ...counts }) => ({ plan: { ...plan, unit: name(plan.unit) }, ...counts })),
    };
  }
}
