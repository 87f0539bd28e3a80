import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import { answerUnrouted, receiptHook } from '#platform/http';

/** The path under which every route lies, but those by which supervisors and Prometheus look at the program. */
export const PREFIX = 'api/v1';
const BESIDE = ['health', 'metrics'];

/** The Fastify beneath a Nest application, as every program of the product uses it. */
export const httpAdapter = (options: FastifyServerOptions = {}): FastifyAdapter =>
  new FastifyAdapter({
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: answerUnrouted,
    ...options,
    multipart: false,
  });

/** Gives a Nest application what all routes expect: prefix, cookies, forms with files, receipts. Before `init` or `listen`. */
export const prepareHttp = async (app: NestFastifyApplication): Promise<void> => {
  app.setGlobalPrefix(PREFIX, { exclude: BESIDE });
  await app.register(cookie);
  await app.register(multipart);
  app.getHttpAdapter().getInstance().addHook('preSerialization', receiptHook);
};
