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
 * Binds an Idempotency-Key to actor, route and body, and to the file of an upload as soon as that has been read
 * (`uploadOf`): with another of these it is refused (422). A command that records nothing gives its key back
 * (`receiptHook`, `ProblemFilter`), which is free when no other request has a claim on it; the receipt of an accepted one
 * is answered again by CommandRunner, from the stream itself. Stands behind the PermissionGuard.
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
    await this.bind(key, actor, fingerprint);
    request.bound = { free: () => this.free(key), to: (content) => this.bindContent(key, content) };
    return true;
  }

  private async free(key: string): Promise<void> {
    const { pool } = this.database;
    await pool.query('update idempotency_key set claims = claims - 1 where key = $1', [key]);
    await pool.query('delete from idempotency_key where key = $1 and claims <= 0', [key]);
  }

  /** Has a claim on the key from here on. */
  private async bind(key: string, actor: string, fingerprint: string): Promise<void> {
    const { rowCount } = await this.database.pool.query(
      `insert into idempotency_key as k (key, actor, fingerprint) values ($1, $2, $3)
       on conflict (key) do update set claims = greatest(k.claims, 0) + 1, actor = excluded.actor,
         fingerprint = excluded.fingerprint, content = case when k.claims > 0 then k.content end
       where k.claims <= 0 or (k.actor = excluded.actor and k.fingerprint = excluded.fingerprint)`,
      [key, actor, fingerprint],
    );
    if (rowCount === 0) throw refusal('invalid', 'request.idempotency-key-reused');
  }

  private async bindContent(key: string, content: string): Promise<void> {
    const { rowCount } = await this.database.pool.query(
      'update idempotency_key set content = $2 where key = $1 and (content is null or content = $2)',
      [key, content],
    );
    if (rowCount === 0) throw refusal('invalid', 'request.idempotency-key-reused');
  }
}

const wordsOf = ({ method, url, body, headers }: SignedRequest): string =>
  JSON.stringify([method, url, isUpload({ headers }) ? null : (body ?? null)], (field, value: unknown) =>
    SECRETS.has(field) ? null : value,
  );

const isUpload = (request: Pick<SignedRequest, 'headers'>): boolean =>
  (request.headers['content-type'] ?? '').toLowerCase().startsWith('multipart/');
