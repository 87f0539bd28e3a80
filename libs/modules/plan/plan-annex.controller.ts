import { Controller, Get, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { dispositionOf } from '#platform/files';
import { Allow, IsDay, Optional, Refuses } from '#platform/http';
import { annexFormats, type AnnexFormat } from './annex-export.format.js';
import { PlanExports } from './plan-exports.controller.js';

const TYPES: Readonly<Record<AnnexFormat, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  csv: 'text/csv; charset=utf-8',
};

class AnnexQuery {
  @Optional()
  @IsIn(annexFormats)
  @ApiProperty({ required: false, enum: annexFormats, example: 'docx' })
  format?: AnnexFormat;
  /** The day on which the annex is as it goes out; without it as it was last written. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-06-30' }) on?: string;
}

/** The annex of a plan as a file, in the form in which it is promulgated. */
@ApiTags('plans')
@Controller('plans')
export class PlanAnnexController {
  constructor(private readonly exports: PlanExports) {}

  @Get(':id/annex')
  @Allow('read')
  @ApiOkResponse({
    description: 'The annex; it comes back by `POST /plans/:id/imports` without a difference.',
    content: Object.fromEntries(
      Object.values(TYPES).map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
    ),
  })
  @Refuses({ 404: ['plan.absent'], 409: ['plan.not-in-force'], 422: ['request.no-such-day'] })
  async annex(
    @Param('id') id: string,
    @Query() { format = 'xlsx', on }: AnnexQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { name, bytes } = await this.exports.write(id, format, on);
    void reply.headers({ 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' });
    return new StreamableFile(bytes, {
      type: TYPES[format],
      disposition: dispositionOf(name, false),
      length: bytes.length,
    });
  }
}
