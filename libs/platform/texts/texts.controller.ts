import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { refusal, stored } from '#kernel';
import type { Receipt, Sender } from '#platform/commands';
import { Allow, ById, ReceiptAnswer, Refuses, Sent } from '#platform/http';
import { Texts } from './texts.js';

class ErasureBody {
  @IsString()
  @Length(1, 500)
  @ApiProperty({
    example: 'Đơn đề nghị xóa dữ liệu cá nhân số 12/ĐN',
    description: 'Stays in the log for ever: it must hold no personal data itself.',
  })
  reason!: string;
}

/** Texts that people typed; whatever shows one gives its id. */
@ApiTags('texts')
@Controller('texts')
export class TextsController {
  constructor(private readonly texts: Texts) {}

  @Post(':id/erasure')
  @Allow('administer')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['text.absent'],
    412: ['request.stale'],
    422: ['request.reason-missing', 'request.idempotency-key-reused'],
  })
  erase(@Param() { id }: ById, @Body() body: ErasureBody, @Sent() sender: Sender): Promise<Receipt> {
    const reason = stored(body.reason);
    if (reason === '') throw refusal('invalid', 'request.reason-missing');
    return this.texts.erase(id, sender, reason);
  }
}
