import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { Allow, answer, ById, IsDay, maybe, oneOf, Optional, orNull, PageQuery, Refuses } from '#platform/http';
import { CascadeAnswers, STATES, type ChildrenAnswer, type ChildrenWish } from './cascade-answers.controller.js';

class ChildrenQuery extends PageQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded?: string;
  /** Whether the unit has made its own plan, and how far that is. */
  @Optional() @IsIn([...STATES]) @ApiProperty({ required: false, enum: STATES }) plan?: ChildrenWish['plan'];
}

class CarriedOutQuery extends PageQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded?: string;
  @Optional() @IsString() @MaxLength(200) @ApiProperty({ required: false, example: 'Sở Nội vụ' }) search?: string;
}

const AS_OF = { on: '2026-12-17', recorded: '2026-12-18', position: '48213', stale: false };
const RATIO = (base: string) => ({ numerator: 2, denominator: 3, base, percent: orNull('66.7') });
const UNIT = {
  id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42',
  code: 'H99.01',
  name: 'Sở Nội vụ',
  ended: maybe('2026-03-01'),
};
const PLAN = {
  id: '6f6c1a77-1b1e-5d0a-9a0e-4d2f1c0b9a31',
  year: 2026,
  code: 'CCHC-2026',
  title: 'Kế hoạch cải cách hành chính năm 2026 của Sở Nội vụ',
  drafted: '2026-01-05',
  effect: orNull('2026-01-15'),
  status: oneOf('promulgated', 'draft'),
};
const CHILDREN = {
  ...AS_OF,
  summary: { units: 118, none: 20, draft: 8, promulgated: 90 },
  items: [
    {
      unit: UNIT,
      state: oneOf(...STATES),
      linked: RATIO('obligations'),
      plans: [PLAN],
      own: orNull({ completed: RATIO('child-rows'), carriedOut: RATIO('child-rows'), overdue: 0 }),
    },
  ],
  next: orNull('WyIyIl0'),
  total: 118,
};
const CARRIED_OUT = {
  ...AS_OF,
  task: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
  items: [
    {
      unit: UNIT,
      plan: PLAN,
      row: {
        id: '3d5b9c40-6f2f-5a57-8d0e-6a2f4b9e7c15',
        code: maybe('I.1'),
        title: maybe('Báo cáo của Sở'),
        deadline: maybe('Quý III/2026'),
        due: maybe(orNull('2026-09-30')),
        workDay: maybe(orNull('2026-09-25')),
        state: oneOf('completed', 'maintained', 'in-progress', 'not-started', 'not-in-force'),
        overdue: false,
      },
    },
  ],
  next: orNull('WyIyIl0'),
  total: 12,
};

/** Plans that carry out a plan. They stand beside its obligations and figures and never count by themselves. */
@ApiTags('plans')
@Controller()
export class CascadeController {
  constructor(private readonly answers: CascadeAnswers) {}

  @Get('plans/:id/children')
  @Allow('read')
  @ApiOkResponse(answer(CHILDREN))
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-cursor', 'request.bad-position'] })
  children(@Param('id') id: string, @Query() query: ChildrenQuery): Promise<ChildrenAnswer> {
    return this.answers.children(id, query);
  }

  @Get('tasks/:id/carried-out-by')
  @Allow('read')
  @ApiOkResponse(answer(CARRIED_OUT))
  @Refuses({ 404: ['task.absent'], 422: ['request.no-such-day', 'request.bad-cursor', 'request.bad-position'] })
  carriedOutBy(@Param() { id }: ById, @Query() query: CarriedOutQuery): Promise<object> {
    return this.answers.carriedOutBy(id, query);
  }
}
