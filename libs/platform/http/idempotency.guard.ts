import { createHash } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { refusal } from '#kernel';
import { Database } from '#platform/database';
import type { SignedRequest } from './permission.guard.js';
import { idempotencyKeyOf } from './sent.js';
import { readable } from './validation.js';

/** Fields that leave no trace, not even as part of a hash that is stored. */
const SECRETS = new Set(['password', 'current', 'next']);

/**
 * Binds an Idempotency-Key to actor, route and body: with another of these it is refused (422). A command that records
 * nothing frees its key (`receiptHook`, `ProblemFilter`); the receipt of an accepted one is answered again by
 * CommandRunner, from the stream itself. Stands behind the PermissionGuard.
 */
@Injectable()
export class IdempotencyGuard implements CanActivate {
  constructor(private readonly database: Database) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const request = context.switchToHttp().getRequest<SignedRequest>();
    const key = request.method === 'GET' ? undefined : idempotencyKeyOf(request);
    const { account } = request;
    return key === undefined || !account ? true : this.binding(request, key, account.id);
  }

  private async binding(request: SignedRequest, key: string, actor: string): Promise<true> {
    readable(request.body);
    const fingerprint = createHash('sha256').update(wordsOf(request)).digest('hex');
    if (await this.bind(key, actor, fingerprint)) request.bound = { free: () => this.free(key) };
    return true;
  }

  private async free(key: string): Promise<void> {
    await this.database.pool.query('delete from idempotency_key where key = $1', [key]);
  }

  /** True when the key was new. */
  private async bind(key: string, actor: string, fingerprint: string): Promise<boolean> {
    const made = await this.database.pool.query(
      'insert into idempotency_key (key, actor, fingerprint) values ($1, $2, $3) on conflict (key) do nothing',
      [key, actor, fingerprint],
    );
    if (made.rowCount === 1) return true;
    const { rows } = await this.database.pool.query<{ actor: string; fingerprint: string }>(
      'select actor, fingerprint from idempotency_key where key = $1',
      [key],
    );
    const known = rows[0];
    if (known && (known.actor !== actor || known.fingerprint !== fingerprint)) {
      throw refusal('invalid', 'request.idempotency-key-reused');
    }
    return false;
  }
}

const wordsOf = ({ method, url, body, headers }: SignedRequest): string =>
  JSON.stringify([method, url, isUpload({ headers }) ? null : (body ?? null)], (field, value: unknown) =>
    SECRETS.has(field) ? null : value,
  );

const isUpload = (request: Pick<SignedRequest, 'headers'>): boolean =>
  (request.headers['content-type'] ?? '').toLowerCase().startsWith('multipart/');
