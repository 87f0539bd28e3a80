import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow, answer, IsDay, maybe, oneOf, Optional, orNull, PageQuery, Refuses } from '#platform/http';
import { ComparisonAnswers, type ComparisonAnswer } from './comparison-answers.controller.js';
import { COMPARED } from './comparisons.controller.js';
import { ForecastAnswers, type ForecastsAnswer } from './forecast-answers.controller.js';
import { ACT_EXAMPLE, COUNTS_EXAMPLE, ENTRY_EXAMPLE } from './progress-examples.controller.js';

class ComparisonAsked extends PageQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-03-31' }) on1?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-03-31' }) recorded1?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-03-31' }) on2?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded2?: string;
}

const SIDE_EXAMPLE = { on: '2026-03-31', recorded: '2026-03-31', position: '1204', counts: COUNTS_EXAMPLE };
const CHANGE_EXAMPLE = Object.fromEntries(COMPARED.map((name) => [name, maybe(-1)]));

/** Two figures of a plan side by side, and what was forecast against what came. */
@ApiTags('progress')
@Controller('plans/:id/progress')
export class ComparisonController {
  constructor(
    private readonly comparisons: ComparisonAnswers,
    private readonly forecast: ForecastAnswers,
  ) {}

  /**
   * Both figures, their difference, and what it is made of: the days between them, then the entries recorded between
   * them, one by one. The changes of all contributions add up to the difference. `act` is what happened to the plan itself
   * there: it was promulgated, amended, read by other rules, closed.
   */
  @Get('comparison')
  @Allow('read')
  @ApiOkResponse(
    answer({
      first: SIDE_EXAMPLE,
      second: SIDE_EXAMPLE,
      difference: CHANGE_EXAMPLE,
      items: [
        {
          kind: oneOf('entry', 'day'),
          task: { id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', code: 'VI.2', title: 'Công khai ngân sách' },
          day: maybe('2026-03-25'),
          change: CHANGE_EXAMPLE,
          entries: [{ ...ENTRY_EXAMPLE, task: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11' }],
          act: maybe(ACT_EXAMPLE),
        },
      ],
      next: orNull('WyIyIl0'),
      total: 1,
    }),
  )
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-position', 'request.bad-cursor'] })
  compare(@Param('id') id: string, @Query() query: ComparisonAsked): Promise<ComparisonAnswer> {
    return this.comparisons.compare(id, query);
  }

  /** For each end of a month of the plan's year up to today: what was forecast on that day, and what came. */
  @Get('forecasts')
  @Allow('read')
  @ApiOkResponse(
    answer({
      on: '2026-12-18',
      until: '2026-12-31',
      came: orNull(65),
      items: [{ on: '2026-06-30', total: 68, low: 17, high: 68, atRisk: 0, until: '2026-12-31', held: orNull(true) }],
    }),
  )
  @Refuses({ 404: ['plan.absent'] })
  forecasts(@Param('id') id: string): Promise<ForecastsAnswer> {
    return this.forecast.of(id);
  }
}
