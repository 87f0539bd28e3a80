import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { refusal } from '#kernel';
import type { Receipt, Sender } from '#platform/commands';
import { FileStore } from '#platform/files';
import {
  Allow,
  ById,
  DocumentBody,
  IsDay,
  Optional,
  OptionalPart,
  Part,
  ReceiptAnswer,
  Refuses,
  Sent,
} from '#platform/http';
import { LONGEST_TEXT, Texts } from '#platform/texts';
import { EntryQuery, type EntryRow } from './entry.query.js';
import { coordinates, EntryWithdrawals, given, ROW_ACTS } from './entry-withdrawals.controller.js';
import { EvidenceBody, evidenceIn, filesIn } from './obligation.controller.js';
import type { ReportChanges } from './obligation.decider.js';
import { ObligationDispatch } from './obligation.handler.js';
import { TaskDispatch } from './task.handler.js';

/** What may be changed; which of it depends on the kind of the entry. */
class ChangesBody {
  @Optional() @IsBoolean() @ApiProperty({ required: false, example: true }) complete?: boolean;
  @Optional()
  @IsInt()
  @Min(0)
  @Max(100)
  @ApiProperty({ required: false, example: 100, type: 'integer' })
  percent?: number;
  @Optional()
  @IsInt()
  @Min(1)
  @ApiProperty({
    required: false,
    type: 'integer',
    description: 'Refused when it differs: a report does not move to another period.',
  })
  period?: number;
  @Optional()
  @IsDay()
  @ApiProperty({
    required: false,
    example: '2026-04-09',
    description: "A report's work day, an extension's day of effect; of a piece of evidence the same as `date`.",
  })
  on?: string;
  @Optional()
  @IsString()
  @MaxLength(LONGEST_TEXT)
  @ApiProperty({ required: false, example: 'Đã ban hành.', description: 'An empty text takes it away.' })
  account?: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => EvidenceBody)
  @ApiProperty({ required: false, type: [EvidenceBody], description: 'Replaces all evidence of the report.' })
  evidence?: EvidenceBody[];
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-10-31' }) due?: string;
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
  @Optional()
  @IsString()
  @MaxLength(100)
  @ApiProperty({ required: false, description: "A piece of evidence's number." })
  number?: string;
  @Optional()
  @IsString()
  @Length(1, 100)
  @ApiProperty({ required: false, description: "A piece of evidence's kind." })
  kind?: string;
  @Optional()
  @IsDay()
  @ApiProperty({ required: false, example: '2026-03-16', description: "A piece of evidence's own day." })
  date?: string;
  @ValidateIf(({ file }: ChangesBody) => file !== undefined && file !== null)
  @Matches(/^[0-9a-f]{64}$/)
  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    description: "A piece of evidence's file, by the SHA-256 of one that was uploaded before; null takes it away.",
  })
  file?: string | null;
}

class CorrectionBody {
  @Part(() => ChangesBody) @ApiProperty({ type: ChangesBody }) changes!: ChangesBody;
  @IsString() @Length(1, LONGEST_TEXT) @ApiProperty({ example: 'Ghi nhầm ngày ban hành.' }) reason!: string;
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
}

class WithdrawalBody {
  @IsString() @Length(1, LONGEST_TEXT) @ApiProperty({ example: 'Công nhận nhầm, mới là dự thảo.' }) reason!: string;
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
}

const DOCUMENT_REFUSALS = ['request.no-such-day', 'request.document-empty', 'request.document-of-the-future'];

const only = (changes: ChangesBody, allowed: readonly (keyof ChangesBody)[]): void => {
  const named = (Object.keys(changes) as (keyof ChangesBody)[]).filter((field) => changes[field] !== undefined);
  const strange = named.filter((field) => !allowed.includes(field));
  if (strange.length > 0) throw refusal('invalid', 'entry.not-a-fact-of-it', { fields: strange });
  if (named.length === 0) throw refusal('invalid', 'entry.nothing-to-change');
};

/** The own day that a piece of evidence shall have; `on` and `date` both name it. */
const dateIn = ({ on, date }: ChangesBody): string | undefined => {
  if (on !== undefined && date !== undefined && on !== date) {
    throw refusal('invalid', 'entry.evidence-of-two-days', { on, date });
  }
  return date ?? on;
};

/** Corrections and withdrawals of entries, whatever their kind; the original stays readable for ever. */
@ApiTags('entries')
@Controller('entries/:id')
export class EntryController {
  constructor(
    private readonly commands: CommandBus,
    private readonly entries: EntryQuery,
    private readonly texts: Texts,
    private readonly files: FileStore,
    private readonly withdrawals: EntryWithdrawals,
  ) {}

  @Post('corrections')
  @Allow('report')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    403: ['obligation.other-unit', 'obligation.coordinators-only', 'access.not-allowed'],
    404: ['entry.absent', 'file.absent'],
    409: [
      'entry.not-correctable',
      'obligation.entry-withdrawn',
      'obligation.report-waiting',
      'obligation.breaks-later-act',
      'obligation.extension-not-later',
      'obligation.completed-already',
      'task.entry-withdrawn',
      'task.breaks-later-act',
      'task.extension-not-later',
      'task.completed-already',
    ],
    412: ['request.stale'],
    422: [
      'entry.not-a-fact-of-it',
      'entry.nothing-to-change',
      'entry.evidence-of-two-days',
      'obligation.nothing-changed',
      'obligation.closed-needs-document',
      'task.nothing-changed',
      'task.closed-needs-document',
      'task.declared-in-future',
      'obligation.period-is-fixed',
      'obligation.future-work-day',
      'obligation.complete-means-hundred',
      'obligation.complete-needs-proof',
      'obligation.evidence-empty',
      'obligation.evidence-of-the-future',
      'obligation.late-extension-needs-reason',
      'task.late-extension-needs-reason',
      'request.reason-missing',
      ...DOCUMENT_REFUSALS,
    ],
  })
  async correct(@Param() { id }: ById, @Body() body: CorrectionBody, @Sent() sender: Sender): Promise<Receipt> {
    const found = await this.entries.find(id);
    const { changes } = body;
    const document = body.document ? { document: { ...body.document } } : {};
    if (found.type === 'WorkReported') return this.correctReport(found, body, sender);
    if (ROW_ACTS.has(found.type)) {
      coordinates(sender);
      only(changes, ['on', 'document']);
      return this.texts.during(sender, { reason: body.reason }, (refs) =>
        this.commands.execute(
          new TaskDispatch(found.task, sender, 'CorrectTaskAct', {
            act: found.entry,
            changes: {
              ...(changes.on === undefined ? {} : { on: changes.on }),
              ...(changes.document ? { document: { ...changes.document } } : {}),
            },
            reason: given(refs.reason),
            ...document,
          }),
        ),
      );
    }
    if (found.type !== 'TaskExtended' && found.type !== 'ObligationExtended') {
      throw refusal('conflict', 'entry.not-correctable', { kind: found.type });
    }
    coordinates(sender);
    only(changes, ['due', 'on', 'document']);
    return this.texts.during(sender, { reason: body.reason }, (refs) => {
      const data = {
        extension: found.entry,
        changes: {
          ...(changes.due === undefined ? {} : { due: changes.due }),
          ...(changes.on === undefined ? {} : { on: changes.on }),
          ...(changes.document ? { document: { ...changes.document } } : {}),
        },
        reason: given(refs.reason),
        ...document,
      };
      return this.commands.execute(
        found.obligation === null
          ? new TaskDispatch(found.task, sender, 'CorrectTaskExtension', data)
          : new ObligationDispatch(found.obligation, sender, 'CorrectObligationExtension', data),
      );
    });
  }

  @Post('withdrawals')
  @Allow('report')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    403: ['obligation.other-unit', 'obligation.coordinators-only', 'access.not-allowed'],
    404: ['entry.absent', 'file.absent'],
    409: [
      'entry.not-withdrawable',
      'obligation.entry-withdrawn',
      'obligation.report-accepted',
      'obligation.acceptance-ended',
      'obligation.report-waiting',
      'obligation.breaks-later-act',
      'task.breaks-later-act',
    ],
    412: ['request.stale'],
    422: [
      'obligation.complete-needs-proof',
      'obligation.closed-needs-document',
      'task.closed-needs-document',
      'request.reason-missing',
      ...DOCUMENT_REFUSALS,
    ],
  })
  withdraw(@Param() { id }: ById, @Body() body: WithdrawalBody, @Sent() sender: Sender): Promise<Receipt> {
    const { reason, document } = body;
    return this.withdrawals.withdraw(id, { reason, document: document && { ...document } }, sender);
  }

  private async correctReport(
    found: EntryRow & { readonly evidence?: string },
    { changes, reason, document }: CorrectionBody,
    sender: Sender,
  ): Promise<Receipt> {
    const { obligation } = found;
    if (obligation === null) throw refusal('conflict', 'entry.not-correctable', { kind: found.type });
    const piece = found.evidence;
    only(
      changes,
      piece === undefined
        ? ['complete', 'percent', 'period', 'on', 'account', 'evidence']
        : ['kind', 'number', 'date', 'on', 'file'],
    );
    const date = piece === undefined ? undefined : dateIn(changes);
    const named = await filesIn(typeof changes.file === 'string' ? [changes.file] : [], this.files);
    const file = typeof changes.file === 'string' ? named.get(changes.file) : changes.file;
    const evidence = await evidenceIn(changes.evidence ?? [], sender, this.files);
    return this.texts.during(
      sender,
      { ...evidence.texts, account: piece === undefined ? changes.account : undefined, reason },
      (refs) => {
        const changed: ReportChanges =
          piece !== undefined
            ? {
                piece: {
                  entry: piece,
                  ...(changes.kind === undefined ? {} : { kind: changes.kind }),
                  ...(changes.number === undefined ? {} : { number: changes.number }),
                  ...(date === undefined ? {} : { date }),
                  ...(file === undefined ? {} : { file }),
                },
              }
            : {
                ...(changes.complete === undefined ? {} : { complete: changes.complete }),
                ...(changes.percent === undefined ? {} : { percent: changes.percent }),
                ...(changes.period === undefined ? {} : { period: changes.period }),
                ...(changes.on === undefined ? {} : { on: changes.on }),
                ...(changes.account === undefined ? {} : { account: refs['account'] ?? null }),
                ...(changes.evidence === undefined ? {} : { evidence: evidence.made(refs) }),
              };
        return this.commands.execute(
          new ObligationDispatch(obligation, sender, 'CorrectReport', {
            report: found.entry,
            changes: changed,
            reason: given(refs['reason']),
            ...(document ? { document: { ...document } } : {}),
          }),
        );
      },
    );
  }
}
