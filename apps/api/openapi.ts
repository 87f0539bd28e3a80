import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ANYWHERE } from '#platform/http';
import { httpAdapter, PREFIX, type World } from '#platform/wiring';
import { AppModule, parts } from './modules.js';

/** The description of all routes, as served at `/api/docs` and checked in under `docs/reference`. */
export const openApiOf = (app: INestApplication): OpenAPIObject =>
  SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('Camket')
      .setDescription(
        'Theo dõi kế hoạch cải cách hành chính năm. Days are `YYYY-MM-DD` in Asia/Ho_Chi_Minh, instants ISO in UTC. ' +
          'Errors are problem+json (RFC 9457) with a stable `code`. Every write takes `Idempotency-Key` and, where a ' +
          'revision was seen, `If-Match`. A route names the codes of its own; any route may also refuse with ' +
          `${ANYWHERE.map((code) => `\`${code}\``).join(', ')}.`,
      )
      .setVersion('1')
      .addBearerAuth()
      .addCookieAuth('camket_session')
      .build(),
    { operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}` },
  );

/** The same description made without a database: modules are looked at and nothing in them is started. */
export const describeApi = async (): Promise<OpenAPIObject> => {
  const world: Partial<World> = { parts };
  const app = await NestFactory.create(AppModule.of(world as World), httpAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  app.setGlobalPrefix(PREFIX);
  return openApiOf(app);
};
