import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import createFastify, { type FastifyReply, type FastifyRequest } from 'fastify';

const policyOf = (styles: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${styles}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** The headers that helmet gives every answer. They are always the same, so that it is asked for them once. */
const safeHeaders = async (): Promise<Readonly<Record<string, string>>> => {
  const probe = createFastify();
  await probe.register(helmet, {
    contentSecurityPolicy: false,
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'same-origin' },
  });
  probe.get('/', (_, reply) => reply.code(204).send());
  const { headers } = await probe.inject('/');
  await probe.close();
  const { date: _, connection: __, ...safe } = headers;
  return safe as Record<string, string>;
};

/** What of them an answer to a program heeds; the others are about pages. */
const HEEDED = ['x-content-type-options', 'x-frame-options', 'referrer-policy', 'cross-origin-resource-policy'];
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

const isApi = (url: string): boolean => /^\/api(?:\/|$|\?)/.test(url) || /^\/(health|metrics)(?:$|\?)/.test(url);

/**
 * Serves the built web app with headers that let nothing foreign in: scripts only from here, styles by a nonce that
 * changes with each page. Paths that are no file are the app's own routes.
 */
export const serveWeb = async (app: NestFastifyApplication, folder: string): Promise<void> => {
  const fastify = app.getHttpAdapter().getInstance();
  const headers = await safeHeaders();
  const answered = Object.entries(headers).filter(([name]) => HEEDED.includes(name));
  answered.push(['content-security-policy', API_POLICY]);
  const page = join(folder, 'index.html');
  const isBuilt = existsSync(page);
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      index: false,
      // The build puts a .br and a .gz beside each asset.
      preCompressed: true,
      setHeaders: (reply, path) => {
        const lasting = /[\\/]assets[\\/]/.test(path);
        void reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
        void reply.header('content-security-policy', policyOf(''));
      },
    });
  }
  const source = isBuilt ? readFileSync(page, 'utf8') : '';
  const show = (_: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const nonce = randomBytes(18).toString('base64');
    return reply
      .header('content-security-policy', policyOf(`'nonce-${nonce}'`))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(source.replaceAll('__CSP_NONCE__', nonce));
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    const { url } = request;
    if (isApi(url) && !url.startsWith('/api/docs')) {
      for (const [name, value] of answered) void reply.header(name, value);
    } else {
      void reply.headers(headers);
      if (url.startsWith('/api/docs')) void reply.header('content-security-policy', policyOf("'unsafe-inline'"));
    }
    done();
  });
  await app.register(rateLimit, { global: false, max: 3000, timeWindow: '1 minute' });
  const counted = fastify.rateLimit();
  fastify.addHook('onRequest', (request, reply, done) => {
    const { ip }: { ip: string | undefined } = request;
    // Who broke the connection before its request was looked at has no address any more: nobody to answer, or to count.
    if (ip === undefined) {
      reply.hijack();
      request.raw.destroy();
    } else if (ip === '127.0.0.1' || ip === '::1') done();
    else counted.call(fastify, request, reply).then(() => done(), done);
  });
  if (isBuilt) {
    fastify.get('/', show);
    fastify.addHook('preHandler', (request, reply, done) => {
      const isPage =
        request.method === 'GET' && request.is404 && !isApi(request.url) && !/\.\w{2,5}(?:$|\?)/.test(request.url);
      if (isPage) void show(request, reply);
      else done();
    });
  }
};
