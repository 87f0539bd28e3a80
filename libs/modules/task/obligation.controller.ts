import { Body, Controller, Param, Post, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { refusal, type TextRef } from '#kernel';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import { FileStore } from '#platform/files';
import { Allow, ById, DocumentBody, IsDay, Optional, Part, ReceiptAnswer, Refuses, Sent } from '#platform/http';
import { LONGEST_TEXT, Texts } from '#platform/texts';
import type { Evidence } from './obligation.events.js';
import { extensionBy, ObligationDispatch } from './obligation.handler.js';

export class EvidenceBody {
  /** SHA-256 of a file that was uploaded before. */
  @Optional()
  @Matches(/^[0-9a-f]{64}$/)
  @ApiProperty({ required: false, example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  file?: string;
  @Optional()
  @IsString()
  @MaxLength(255)
  @ApiProperty({ required: false, example: 'Bao cao quy I.pdf' })
  name?: string;
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false, example: '12/BC-SNV' }) number?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-03-16' }) date?: string;
  @IsString() @Length(1, 100) @ApiProperty({ example: 'Báo cáo' }) kind!: string;
}

class ReportBody {
  @IsInt() @Min(1) @Max(366) @ApiProperty({ example: 1, type: 'integer' }) period!: number;
  @IsInt() @Min(0) @Max(100) @ApiProperty({ example: 100, type: 'integer' }) percent!: number;
  @IsDay() @ApiProperty({ example: '2026-03-16', description: 'The work day.' }) on!: string;
  @Optional()
  @IsString()
  @MaxLength(LONGEST_TEXT)
  @ApiProperty({ required: false, example: 'Đã gửi báo cáo quý I.' })
  account?: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => EvidenceBody)
  @ApiProperty({ required: false, type: [EvidenceBody] })
  evidence?: EvidenceBody[];
  @IsBoolean() @ApiProperty({ example: true }) complete!: boolean;
}

class AcceptanceBody {
  @IsUUID() @ApiProperty({ example: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10' }) report!: string;
  /** The version that was read; without it the newest one is accepted. */
  @Optional() @IsInt() @Min(0) @ApiProperty({ required: false, example: 0, type: 'integer' }) version?: number;
}

class ReturnBody {
  @IsUUID() @ApiProperty({ example: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10' }) report!: string;
  @IsString() @Length(1, LONGEST_TEXT) @ApiProperty({ example: 'Thiếu danh sách người tham dự.' }) reason!: string;
}

export class ExtensionBody {
  @IsDay() @ApiProperty({ example: '2026-10-31' }) due!: string;
  @IsDay() @ApiProperty({ example: '2026-09-25', description: "The document's day of effect." }) on!: string;
  @Part(() => DocumentBody) @ApiProperty({ type: DocumentBody }) document!: DocumentBody;
  @Optional()
  @IsString()
  @MaxLength(LONGEST_TEXT)
  @ApiProperty({ required: false, example: 'Chờ nghị quyết của HĐND tỉnh.' })
  reason?: string;
}

export const EXTENSION_REFUSALS = {
  409: ['no-due-date', 'extension-not-later', 'completed-already', 'row-left-the-plan'],
  422: ['late-extension-needs-reason'],
} as const;

/** The names under which the texts of a command's evidence are kept. */
const nameField = (index: number): `name-${number}` => `name-${index}`;

/** What an event says of files, by their SHA-256; refuses those that nobody has handed in. */
export const filesIn = async (
  named: readonly string[],
  files: FileStore,
): Promise<ReadonlyMap<string, NonNullable<Evidence['file']>>> => {
  const facts = new Map<string, NonNullable<Evidence['file']>>();
  const absent: string[] = [];
  for (const file of named) {
    const found = await files.facts(file);
    if (found) facts.set(file, { sha256: found.sha256, size: found.size, type: found.type });
    else absent.push(file);
  }
  if (absent.length > 0) throw refusal('absent', 'file.absent', { files: absent });
  return facts;
};

/** Keeps the texts of some evidence and gives the evidence as events hold it. */
export const evidenceIn = async (
  bodies: readonly EvidenceBody[],
  sender: Sender,
  files: FileStore,
): Promise<{
  readonly texts: Readonly<Record<string, string | undefined>>;
  readonly made: (refs: Readonly<Record<string, TextRef | undefined>>) => Evidence[];
}> => {
  const texts: Record<string, string | undefined> = {};
  const facts = await filesIn(
    bodies.flatMap(({ file }) => file ?? []),
    files,
  );
  for (const [index, { file, name }] of bodies.entries()) {
    if (file !== undefined) texts[nameField(index)] = name;
  }
  return {
    texts,
    made: (refs) =>
      bodies.map(({ kind, number, date, file: named }, index) => {
        const piece: Evidence = { entry: idOf(sender.command, 'evidence', index), kind };
        if (number !== undefined) piece.number = number;
        if (date !== undefined) piece.date = date;
        const file = named === undefined ? undefined : facts.get(named);
        const name = refs[nameField(index)];
        if (file) piece.file = { ...file, ...(name ? { name } : {}) };
        return piece;
      }),
  };
};

/** What one unit does on one row, and what coordinators do to it. */
@ApiTags('obligations')
@Controller('obligations/:id')
export class ObligationController {
  constructor(
    private readonly commands: CommandBus,
    private readonly texts: Texts,
    private readonly files: FileStore,
  ) {}

  @Post('reports')
  @Allow('report')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    403: ['obligation.other-unit'],
    404: ['obligation.absent', 'file.absent'],
    409: [
      'obligation.report-waiting',
      'obligation.period-accepted',
      'obligation.row-left-the-plan',
      'obligation.not-begun',
      'obligation.ended',
      'obligation.plan-closed',
    ],
    412: ['request.stale'],
    422: [
      'obligation.no-such-period',
      'obligation.percent-out-of-range',
      'obligation.complete-means-hundred',
      'obligation.complete-needs-proof',
      'obligation.future-work-day',
      'obligation.evidence-empty',
      'obligation.evidence-of-the-future',
      'request.idempotency-key-reused',
    ],
  })
  async report(@Param() { id }: ById, @Body() body: ReportBody, @Sent() sender: Sender): Promise<Receipt> {
    const { period, percent, on, complete, account } = body;
    const evidence = await evidenceIn(body.evidence ?? [], sender, this.files);
    return this.texts.during(sender, { ...evidence.texts, account }, (refs) =>
      this.commands.execute(
        new ObligationDispatch(id, sender, 'ReportWork', {
          period,
          percent,
          on,
          complete,
          evidence: evidence.made(refs),
          ...(refs['account'] ? { account: refs['account'] } : {}),
        }),
      ),
    );
  }

  @Put('acceptance')
  @Allow('coordinate')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    403: ['obligation.own-report', 'obligation.coordinators-only'],
    404: ['obligation.absent', 'report.absent'],
    409: [
      'obligation.report-not-waiting',
      'obligation.report-changed',
      'obligation.report-elsewhere',
      'obligation.period-accepted',
      'obligation.row-left-the-plan',
    ],
    412: ['request.stale'],
  })
  accept(@Param() { id }: ById, @Body() body: AcceptanceBody, @Sent() sender: Sender): Promise<Receipt> {
    const { report, version } = body;
    const data = { report, ...(version === undefined ? {} : { version }) };
    return this.commands.execute(new ObligationDispatch(id, sender, 'AcceptReport', data));
  }

  @Post('returns')
  @Allow('coordinate')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    403: ['obligation.coordinators-only'],
    404: ['obligation.absent', 'report.absent'],
    409: ['obligation.report-not-waiting', 'obligation.report-elsewhere', 'obligation.row-left-the-plan'],
    412: ['request.stale'],
    422: ['request.reason-missing'],
  })
  return(@Param() { id }: ById, @Body() { report, reason }: ReturnBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.texts.during(sender, { reason }, (refs) => {
      if (!refs.reason) throw refusal('invalid', 'request.reason-missing');
      return this.commands.execute(new ObligationDispatch(id, sender, 'ReturnReport', { report, reason: refs.reason }));
    });
  }

  @Post('extensions')
  @Allow('coordinate')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    403: ['obligation.coordinators-only'],
    404: ['obligation.absent', 'file.absent'],
    409: [
      ...EXTENSION_REFUSALS[409].map((code) => `obligation.${code}`),
      'obligation.not-begun',
      'obligation.ended',
      'obligation.plan-closed',
    ],
    412: ['request.stale'],
    422: [
      ...EXTENSION_REFUSALS[422].map((code) => `obligation.${code}`),
      'request.no-such-day',
      'request.document-empty',
      'request.document-of-the-future',
    ],
  })
  extend(@Param() { id }: ById, @Body() body: ExtensionBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.texts.during(sender, { reason: body.reason }, ({ reason }) =>
      this.commands.execute(new ObligationDispatch(id, sender, 'ExtendObligation', extensionBy(body, reason))),
    );
  }
}
