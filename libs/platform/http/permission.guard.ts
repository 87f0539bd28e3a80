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
export type SignedRequest = FastifyRequest & { account?: Account; cookies?: Record<string, string | undefined> };

/** The token of a request: `Authorization: Bearer …` first, else the session's cookie. */
export const tokenOf = (request: SignedRequest): string | undefined => {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && token ? token : request.cookies?.[SESSION_COOKIE];
};

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
    if (permission === 'public') return true;
    const request = context.switchToHttp().getRequest<SignedRequest>();
    const token = tokenOf(request);
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
