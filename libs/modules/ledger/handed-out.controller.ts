import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { dispositionOf } from '#platform/files';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** A file that was made for this answer alone. */
export const handedOut = (
  reply: FastifyReply,
  { type, name, bytes }: { readonly type: string; readonly name: string; readonly bytes: Buffer },
): StreamableFile => {
  void reply.headers({ 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' });
  return new StreamableFile(bytes, { type, disposition: dispositionOf(name, false), length: bytes.length });
};
