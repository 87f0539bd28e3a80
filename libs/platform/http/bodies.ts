import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsInt, IsString, IsUUID, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import type { Document } from '#kernel';
import { IsDay, Optional } from './validation.js';

/** A document as bodies name it. */
export class DocumentBody implements Document {
  @IsString() @Length(1, 100) @ApiProperty({ example: 'Kế hoạch' }) kind!: string;
  @IsString() @Length(1, 100) @ApiProperty({ example: '0257/KH-UBND' }) number!: string;
  @IsDay() @ApiProperty({ example: '2025-12-22' }) date!: string;
  /** The post that signed, never a person's name. */
  @Optional()
  @IsString()
  @MaxLength(200)
  @ApiProperty({ required: false, example: 'Chủ tịch UBND tỉnh' })
  signatory?: string;
  /** SHA-256 of a file that was uploaded before. */
  @Optional()
  @Matches(/^[0-9a-f]{64}$/)
  @ApiProperty({ required: false, example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  file?: string;
}

const lowerCase = ({ value }: { readonly value: unknown }): unknown =>
  typeof value === 'string' ? value.toLowerCase() : value;

/** The id in a route; a stream's name holds it, so that it has one form only. */
export class ById {
  @Transform(lowerCase)
  @IsUUID()
  @ApiProperty({ example: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10' })
  id!: string;
}

/** What every list takes. */
export class PageQuery {
  @Optional()
  @IsString()
  @ApiProperty({ required: false, description: 'The `next` of the page before.' })
  cursor?: string;
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  @ApiProperty({ required: false, example: 50, default: 50, type: 'integer' })
  limit?: number;
  /** A receipt's position: the answer waits for it, at most 2 s. */
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false }) after?: string;
}

/** The length of a page when none was asked for. */
export const PAGE_LENGTH = 50;
