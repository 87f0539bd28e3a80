import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { dispositionOf } from '#platform/files';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** A file that is made for one answer, and how it is called. */
export type Paper = { readonly type: string; readonly name: string; readonly bytes: Buffer };

/** A paper as the answer to a request. */
export const handedOut = (reply: FastifyReply, { type, name, bytes }: Paper): StreamableFile => {
  void reply.headers({ 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' });
  return new StreamableFile(bytes, { type, disposition: dispositionOf(name, false), length: bytes.length });
};
