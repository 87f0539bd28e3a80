import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { refusal } from '#kernel';
import { freshId, idOf, isId, type Sender } from '#platform/commands';
import type { Account } from './account.js';
import type { SignedRequest } from './permission.guard.js';

/** The key of a request that may be sent twice; undefined when the sender gave none. */
export const idempotencyKeyOf = (request: SignedRequest): string | undefined => {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = Array.isArray(header) ? header.join(',') : header;
  if (!/^[\x21-\x7e]{8,200}$/.test(key)) throw refusal('invalid', 'request.bad-idempotency-key');
  return key;
};

const expectedOf = (request: SignedRequest): number | undefined => {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return undefined;
  const revision = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1];
  if (revision === undefined) throw refusal('invalid', 'request.bad-if-match');
  return Number(revision);
};

/** Makes the sender of a command out of a request. */
export const senderOf = (request: SignedRequest, account: Account): Sender => {
  const key = idempotencyKeyOf(request);
  const command = key === undefined ? freshId() : isId(key) ? key : idOf('key', key);
  const expected = expectedOf(request);
  return {
    actor: account.id,
    unit: account.unit,
    role: account.role,
    command,
    correlation: command,
    causation: command,
    ...(expected === undefined ? {} : { expected }),
  };
};

/** The sender of the command that a route makes: the account, the Idempotency-Key, the If-Match. */
export const Sent = createParamDecorator((_: unknown, context: ExecutionContext): Sender => {
  const request = context.switchToHttp().getRequest<SignedRequest>();
  if (!request.account) throw refusal('forbidden', 'access.not-signed-in');
  return senderOf(request, request.account);
});

/** The account that is signed in. */
export const SignedIn = createParamDecorator((_: unknown, context: ExecutionContext): Account => {
  const { account } = context.switchToHttp().getRequest<SignedRequest>();
  if (!account) throw refusal('forbidden', 'access.not-signed-in');
  return account;
});
