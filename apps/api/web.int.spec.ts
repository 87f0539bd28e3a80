import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemFilter } from '#platform/http';
import { httpAdapter, prepareHttp } from '#platform/wiring';
import { serveWeb } from './web.js';

@Controller('plans')
class PlansController {
  @Get()
  plans(): readonly string[] {
    return [];
  }
  @Post()
  draft(@Body() body: object): object {
    return body;
  }
}

const REQUESTS = [
  'GET /api/v1/plans HTTP/1.1\r\nhost: camket\r\n\r\n',
  'GET /somewhere HTTP/1.1\r\nhost: camket\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: cam',
  'POST /api/v1/plans HTTP/1.1\r\nhost: camket\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a"',
];

@Module({ controllers: [PlansController], providers: [{ provide: APP_FILTER, useClass: ProblemFilter }] })
class ServedModule {}

describe('A server among others', () => {
  const errors: unknown[] = [];
  let nest: NestFastifyApplication;

  beforeAll(async () => {
    const quiet = (): void => undefined;
    nest = await NestFactory.create<NestFastifyApplication>(ServedModule, httpAdapter(), {
      logger: { log: quiet, warn: quiet, error: (...words: unknown[]) => void errors.push(words) },
    });
    await prepareHttp(nest);
    await serveWeb(nest, 'no-web-app');
    await nest.listen(0, '127.0.0.1');
  });
  afterAll(() => nest.close());

  it('has no error of its own to tell of when a client breaks its connection, and serves the others', async () => {
    const { port } = nest.getHttpServer().address() as AddressInfo;
    for (const request of Array.from({ length: 50 }, () => REQUESTS).flat()) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(request);
      socket.resetAndDestroy();
    }
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/plans`);
    expect(answer.status).toBe(200);
    expect(errors).toEqual([]);
  });

  it('answers an address 3,000 times a minute, and its own machine as often as it asks', async () => {
    const asked = async (remoteAddress: string): Promise<number> =>
      (await nest.inject({ url: '/api/v1/plans', remoteAddress })).statusCode;
    for (let count = 0; count < 3_000; count += 1) {
      if (count % 100 === 0) expect(await asked('10.0.0.7')).toBe(200);
      else await asked('10.0.0.7');
    }
    expect(await asked('10.0.0.7')).toBe(429);
    expect(await asked('10.0.0.8')).toBe(200);
    for (let count = 0; count < 3_000; count += 1) await asked('127.0.0.1');
    expect(await asked('127.0.0.1')).toBe(200);
    expect(errors).toEqual([]);
  });
});
