import { Injectable, SetMetadata, type CanActivate, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { refusal } from '#kernel';
import { SESSION_COOKIE, Sessions, type Account, type Permission } from './account.js';

/** The metadata key under which a route's permission lies. */
export const PERMISSION = 'camket:permission';

/** Declares what a route needs; a route without it is refused and fails a test. */
export const Allow = (permission: Permission): CustomDecorator => SetMetadata(PERMISSION, permission);

/** A request behind the guard. */
export type SignedRequest = FastifyRequest & {
  account?: Account;
  cookies?: Record<string, string | undefined>;
  /** The Idempotency-Key that it brings: given back when nothing was recorded, and bound to a file (SHA-256) as well. */
  bound?: { free(): Promise<void>; to(content: string): Promise<void> };
};

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a browser sent the request from our own pages: true or false by what it says itself, undefined when it says
 * nothing (no browser, or a read).
 */
const isOwnOrigin = (request: SignedRequest): boolean | undefined => {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  if (origin === undefined) return undefined;
  return URL.canParse(origin) && new URL(origin).host === request.host;
};

/**
 * Refuses writes that another site makes a browser send. The cookie goes along by itself, so a write with it must say
 * where it comes from; a token is sent on purpose.
 */
const refuseForeign = (request: SignedRequest, by: 'cookie' | 'token' | 'nobody'): void => {
  if (READS.has(request.method) || by === 'token') return;
  const own = isOwnOrigin(request);
  if (own === false || (own === undefined && by === 'cookie')) throw refusal('forbidden', 'access.foreign-origin');
};

const BEARER = /^bearer ([^ ]+)/i;

const bearerOf = ({ headers: { authorization } }: SignedRequest): string | undefined =>
  authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];

const cookieOf = (request: SignedRequest): string | undefined => request.cookies?.[SESSION_COOKIE];

/** The token of a request: `Authorization: Bearer …` first, else the session's cookie. */
export const tokenOf = (request: SignedRequest): string | undefined => bearerOf(request) ?? cookieOf(request);

/** Lets a request through when its account holds the permission that the route declares. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: Sessions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(PERMISSION, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<SignedRequest>();
    if (permission === 'public') {
      refuseForeign(request, 'nobody');
      return true;
    }
    const bearer = bearerOf(request);
    const token = bearer ?? cookieOf(request);
    refuseForeign(request, token === undefined ? 'nobody' : bearer === undefined ? 'cookie' : 'token');
    const account = token === undefined ? undefined : await this.sessions.accountOf(token);
    if (!account) throw refusal('forbidden', 'access.not-signed-in');
    request.account = account;
    if (permission === 'signed-in') return true;
    if (permission === undefined || !account.permissions.includes(permission)) {
      throw refusal('forbidden', 'access.not-allowed', { needs: permission ?? 'nothing' });
    }
    return true;
  }
}
