import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';

/** The answer to a command, as OpenAPI shows it. */
export class ReceiptAnswer {
  @ApiProperty({ example: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f' }) id!: string;
  @ApiProperty({ example: 3, description: 'The ETag of the subject; send it back as If-Match.' }) revision!: number;
  @ApiProperty({ example: '48213', description: 'Opaque; `?after=` of a query waits for it.' }) position!: string;
  @ApiProperty({ required: false, example: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10' }) entry?: string;
  @ApiProperty({ required: false, description: 'The wish was fulfilled already; nothing was recorded.' })
  unchanged?: true;
}

/** Codes with which any route may refuse, whatever it does: they belong to the request, and no route names them. */
export const ANYWHERE: readonly string[] = [
  'access.not-signed-in',
  'access.not-allowed',
  'access.foreign-origin',
  'request.invalid',
  'request.unreadable',
  'request.unsupported-media-type',
  'request.too-large',
  'request.too-many',
  'request.refused',
  'request.bad-position',
  'request.bad-if-match',
  'request.bad-idempotency-key',
  'request.idempotency-key-reused',
  'request.too-busy',
  'request.outcome-unknown',
  'request.out-of-reach',
  'text.too-long',
  'text.unreadable',
];

/** Documents the refusal codes of a route, by status; those that may come anywhere are left out. */
export const Refuses = (byStatus: Readonly<Record<number, readonly string[]>>): MethodDecorator =>
  applyDecorators(
    ...Object.entries(byStatus).map(([status, codes]) =>
      ApiResponse({
        status: Number(status),
        description: codes.map((code) => `\`${code}\``).join(', '),
        content: {
          'application/problem+json': {
            schema: {
              type: 'object',
              properties: {
                type: { type: 'string' },
                title: { type: 'string' },
                status: { type: 'integer' },
                code: { type: 'string', enum: [...codes] },
                detail: { type: 'string', description: 'What is wrong, in a Vietnamese sentence for people.' },
                details: { type: 'object', additionalProperties: true },
              },
            },
          },
        },
      }),
    ),
  );
