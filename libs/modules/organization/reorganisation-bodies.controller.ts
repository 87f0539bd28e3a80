import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { plainToInstance, Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { DocumentBody, IsDay, Optional, Part } from '#platform/http';

const REF = /^#[\p{L}\p{N}._-]{1,40}$/u;
const NAMES = 'An id, a code as of the day before the operation, or the `ref` of a unit that is founded here.';

class FoundChange {
  @IsIn(['found']) @ApiProperty({ enum: ['found'], example: 'found' }) act!: 'found';
  /** How this document names the new unit: `#` and a word. */
  @Optional() @Matches(REF) @ApiProperty({ required: false, example: '#xay-dung' }) ref?: string;
  @IsString() @Length(1, 64) @ApiProperty({ example: 'H36.08' }) code!: string;
  @IsString() @Length(1, 300) @ApiProperty({ example: 'Sở Xây dựng' }) name!: string;
  @IsString() @Length(1, 40) @ApiProperty({ example: 'department' }) kind!: string;
  @IsString() @Length(1, 64) @ApiProperty({ example: 'H36', description: NAMES }) parent!: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @MaxLength(300, { each: true })
  @ApiProperty({ required: false, type: [String], example: ['Sở XD'] })
  aliases?: string[];
}

class MergeChange {
  @IsIn(['merge']) @ApiProperty({ enum: ['merge'], example: 'merge' }) act!: 'merge';
  /** The units that end. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  @ApiProperty({ type: [String], example: ['H36.08', 'H36.09'], description: NAMES })
  units!: string[];
  @IsString() @Length(1, 64) @ApiProperty({ example: '#xay-dung', description: NAMES }) into!: string;
}

class SplitChange {
  @IsIn(['split']) @ApiProperty({ enum: ['split'], example: 'split' }) act!: 'split';
  @IsString() @Length(1, 64) @ApiProperty({ example: 'H36.31', description: NAMES }) unit!: string;
  /** The units that carry it on; named among them it keeps operating, else it ends. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  @ApiProperty({ type: [String], example: ['#phuong-1', '#phuong-2'], description: NAMES })
  into!: string[];
}

class DissolveChange {
  @IsIn(['dissolve']) @ApiProperty({ enum: ['dissolve'], example: 'dissolve' }) act!: 'dissolve';
  @IsString() @Length(1, 64) @ApiProperty({ example: 'H36.40', description: NAMES }) unit!: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  @ApiProperty({ required: false, type: [String], example: ['H36.01'], description: NAMES })
  successors?: string[];
}

/** What is left out stays as it is. */
class RenameChange {
  @IsIn(['rename']) @ApiProperty({ enum: ['rename'], example: 'rename' }) act!: 'rename';
  @IsString() @Length(1, 64) @ApiProperty({ example: 'H36.12', description: NAMES }) unit!: string;
  @Optional() @IsString() @Length(1, 64) @ApiProperty({ required: false, example: 'H36.12' }) code?: string;
  @Optional() @IsString() @Length(1, 300) @ApiProperty({ required: false, example: 'Phường Lộc Tiến' }) name?: string;
  @Optional() @IsString() @Length(1, 40) @ApiProperty({ required: false, example: 'ward' }) kind?: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @MaxLength(300, { each: true })
  @ApiProperty({ required: false, type: [String], example: ['Lộc Tiến'] })
  aliases?: string[];
}

class MoveChange {
  @IsIn(['move']) @ApiProperty({ enum: ['move'], example: 'move' }) act!: 'move';
  @IsString() @Length(1, 64) @ApiProperty({ example: 'H36.08.1', description: NAMES }) unit!: string;
  @IsString() @Length(1, 64) @ApiProperty({ example: '#xay-dung', description: NAMES }) parent!: string;
}

class MoveFunctionChange {
  @IsIn(['move-function']) @ApiProperty({ enum: ['move-function'], example: 'move-function' }) act!: 'move-function';
  @IsString() @Length(1, 64) @ApiProperty({ example: 'H36.04', description: NAMES }) from!: string;
  @IsString() @Length(1, 64) @ApiProperty({ example: '#dan-toc', description: NAMES }) to!: string;
  @IsString()
  @Length(1, 300)
  @ApiProperty({ example: 'Quản lý nhà nước về tín ngưỡng, tôn giáo' })
  function!: string;
}

export type ChangeBody =
  | FoundChange
  | MergeChange
  | SplitChange
  | DissolveChange
  | RenameChange
  | MoveChange
  | MoveFunctionChange;

const FORMS = {
  found: FoundChange,
  merge: MergeChange,
  split: SplitChange,
  dissolve: DissolveChange,
  rename: RenameChange,
  move: MoveChange,
  'move-function': MoveFunctionChange,
} as const;

/** An act of no known name. */
class NoChange {
  @IsIn(Object.keys(FORMS)) act!: never;
}

/** A change in the form of its act; class-transformer's own discriminator breaks on what is no object. */
const changeIn = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new NoChange();
  const { act } = value as { readonly act?: unknown };
  const known = typeof act === 'string' && Object.hasOwn(FORMS, act) ? FORMS[act as keyof typeof FORMS] : NoChange;
  return plainToInstance<object, object>(known, value);
};

/** One document with all its changes. */
@ApiExtraModels(...Object.values(FORMS))
export class ReorganisationBody {
  /** The first day of operation. */
  @IsDay() @ApiProperty({ example: '2025-03-01' }) on!: string;
  /** The day of the decision; that of the document, where it is not named. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2025-02-18' }) decided?: string;
  @Part(() => DocumentBody) @ApiProperty({ type: DocumentBody }) document!: DocumentBody;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(400)
  @ValidateNested({ each: true })
  @Transform(({ value }: { readonly value: unknown }) => (Array.isArray(value) ? value.map(changeIn) : value))
  @ApiProperty({
    type: 'array',
    items: {
      oneOf: Object.values(FORMS).map((form) => ({ $ref: getSchemaPath(form) })),
      discriminator: {
        propertyName: 'act',
        mapping: Object.fromEntries(Object.entries(FORMS).map(([name, form]) => [name, getSchemaPath(form)])),
      },
    },
  })
  changes!: ChangeBody[];
}
