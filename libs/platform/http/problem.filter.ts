import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal, refusal, type JsonObject, type RefusalKind } from '#kernel';
import { isOutOfReach } from '#platform/database';
import { sentenceOf } from '#platform/wording';
import type { SignedRequest } from './permission.guard.js';

const STATUS: Readonly<Record<RefusalKind, number>> = {
  absent: 404,
  conflict: 409,
  forbidden: 403,
  invalid: 422,
  stale: 412,
};

/** Codes whose status is not the one of their kind, by what HTTP already says for them. */
const SPECIAL: Readonly<Record<string, number>> = {
  'access.not-signed-in': 401,
  'access.wrong-credentials': 401,
  'access.too-many-attempts': 429,
  'request.too-large': 413,
};

/** What Fastify and Nest refuse before a route is reached, under their own status. */
const BEFORE_A_ROUTE: Readonly<Record<number, Refusal>> = {
  400: refusal('invalid', 'request.unreadable'),
  404: refusal('absent', 'request.no-such-route'),
  405: refusal('absent', 'request.no-such-route'),
  413: refusal('invalid', 'request.too-large'),
  415: refusal('invalid', 'request.unsupported-media-type'),
  429: refusal('invalid', 'request.too-many'),
};
const OTHERWISE = refusal('invalid', 'request.refused');
/** What says nothing of the request, and is tried again. */
const UNKNOWN = refusal('conflict', 'request.outcome-unknown');
const OUT_OF_REACH = refusal('conflict', 'request.out-of-reach');

type Problem = { readonly status: number; readonly code: string; readonly details: JsonObject };

const problemOf = (error: unknown): Problem => {
  if (error instanceof Refusal) {
    return { status: SPECIAL[error.code] ?? STATUS[error.kind], code: error.code, details: error.details };
  }
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown }).statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return { status, code: (BEFORE_A_ROUTE[status] ?? OTHERWISE).code, details: {} };
  }
  if ((error as Error).name === 'OutcomeUnknown') return { status: 503, code: UNKNOWN.code, details: {} };
  if (isOutOfReach(error)) return { status: 503, code: OUT_OF_REACH.code, details: {} };
  return { status: 500, code: 'internal', details: {} };
};

const send = (reply: FastifyReply, { status, code, details }: Problem, instance: string): void => {
  const detail = sentenceOf(code, details);
  void reply
    .status(status)
    .type('application/problem+json; charset=utf-8')
    .send({
      type: `https://camket.vn/problems/${code}`,
      title: code,
      status,
      code,
      ...(detail === undefined ? {} : { detail }),
      ...(Object.keys(details).length > 0 ? { details } : {}),
      instance,
    });
};

/** Answers what Fastify itself refuses, as it does an address that cannot be read, in the form of every other refusal. */
export const answerUnrouted = (error: unknown, { url }: FastifyRequest, reply: FastifyReply): void =>
  send(reply, problemOf(error), url);

/**
 * Errors as problem+json (RFC 9457) with a stable `code` and, as `detail`, its Vietnamese sentence; what broke is logged and shown as `internal` only. A refusal
 * frees the key of its request.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<SignedRequest>();
    if (!request.bound || !(error instanceof Refusal)) {
      this.answer(error, request, reply);
      return;
    }
    request.bound.free().then(
      () => this.answer(error, request, reply),
      (broken: unknown) => this.answer(broken, request, reply),
    );
  }

  private answer(error: unknown, request: SignedRequest, reply: FastifyReply): void {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.logger.error(`${request.method} ${request.url}: ${words}`);
    }
    const { retryAfter } = problem.details;
    if (typeof retryAfter === 'number') void reply.header('retry-after', String(retryAfter));
    send(reply, problem, request.url);
  }
}
