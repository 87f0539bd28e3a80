import type { preSerializationHookHandler } from 'fastify';
import type { SignedRequest } from './permission.guard.js';

type Answered = { readonly revision?: unknown; readonly unchanged?: unknown };

/**
 * What a receipt means for HTTP, before it becomes text: its revision goes into the ETag, which the next write sends
 * back as If-Match; a command that recorded nothing frees its key.
 */
export const receiptHook: preSerializationHookHandler<Answered | null | undefined> = (request, reply, answer, done) => {
  if (typeof answer?.revision === 'number') void reply.header('etag', `"${answer.revision}"`);
  const { bound } = request as SignedRequest;
  if (answer?.unchanged !== true || !bound) {
    done(null, answer);
    return;
  }
  bound.free().then(
    () => done(null, answer),
    (error: unknown) => done(error as Error),
  );
};
