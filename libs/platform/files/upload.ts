import { createHash } from 'node:crypto';
import '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { refusal, stored } from '#kernel';
import type { SignedRequest } from '#platform/http';

/** A file as it comes in: its name as the sender gave it, and its content, which must be read to its end. */
export type Upload = { readonly name: string; readonly content: AsyncIterable<Uint8Array> };

/** Room for the boundaries and the other fields of a form around its file. */
const ENVELOPE = 64 * 1024;

/** The sender went away, or what he sent breaks off; or it is another file than the one that came with its key. */
async function* wholeOf(content: AsyncIterable<Uint8Array>, { bound }: SignedRequest): AsyncGenerator<Uint8Array> {
  const hash = bound && createHash('sha256');
  try {
    for await (const chunk of content) {
      hash?.update(chunk);
      yield chunk;
    }
  } catch {
    throw refusal('invalid', 'file.incomplete');
  }
  if (hash) await bound.to(hash.digest('hex'));
}

/**
 * The file of a form (`multipart/form-data`, the first field that is a file). Its content ends one byte behind the
 * limit, so that whoever counts notices.
 */
export const uploadOf = async (request: FastifyRequest, largest: number): Promise<Upload> => {
  if (!request.isMultipart()) throw refusal('invalid', 'file.none');
  if (Number(request.headers['content-length'] ?? 0) > largest + ENVELOPE) {
    throw refusal('invalid', 'file.too-large', { largest });
  }
  const part = await request
    .file({
      throwFileSizeLimit: false,
      limits: { files: 1, fields: 20, fieldSize: ENVELOPE, fileSize: largest + 1 },
    })
    .catch(() => {
      throw refusal('invalid', 'file.incomplete');
    });
  if (!part) throw refusal('invalid', 'file.none');
  // A part need not say a name, whatever its type says.
  const { filename }: { readonly filename?: string } = part;
  return { name: stored(filename ?? ''), content: wholeOf(part.file, request) };
};

/** The bytes of an upload that is read at once; refused when they are more than the limit. */
export const bytesOf = async (content: AsyncIterable<Uint8Array>, largest: number): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size <= largest) chunks.push(chunk);
  }
  if (size > largest) throw refusal('invalid', 'file.too-large', { largest });
  return Buffer.concat(chunks);
};
