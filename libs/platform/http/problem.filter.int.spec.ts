import { Controller, Get, Module, Param } from '@nestjs/common';
import type { Database } from '#platform/database';
import { testApp, type TestApp } from '../../../tests/support/app.js';
import { Allow } from './index.js';

/** What a route does when the database fails it, and when it fails itself. */
const FAILING: Readonly<Record<string, (database: Database) => Promise<unknown>>> = {
  'ended-by-the-server': ({ pool }) => pool.query('select pg_terminate_backend(pg_backend_pid())'),
  'ended-below-typeorm': ({ source }) => source.query('select pg_terminate_backend(pg_backend_pid())'),
  'too-slow': ({ pool }) => pool.query('set statement_timeout = 20; select pg_sleep(5)'),
  'not-sql': ({ pool }) => pool.query('selekt 1'),
  'own-fault': () => Promise.reject(new TypeError('undefined is not a plan')),
};

@Controller('failing/:how')
class FailingController {
  @Get()
  @Allow('read')
  async fail(@Param('how') how: string): Promise<object> {
    await FAILING[how]?.(app.database);
    return {};
  }
}

@Module({ controllers: [FailingController] })
class FailingModule {
  static readonly parts = {};
}

let app: TestApp;

describe('a route that fails', () => {
  beforeAll(async () => {
    app = await testApp([FailingModule]);
    // What is logged here is what is asked for.
    app.nest.useLogger(false);
  });
  afterAll(() => app.close());

  it.each(['ended-by-the-server', 'ended-below-typeorm', 'too-slow'])(
    'because the database does not answer asks to be tried again: %s',
    async (how) => {
      const { body, headers } = await app.as().get(`/failing/${how}`).expect(503);
      expect(body).toMatchObject({
        status: 503,
        code: 'request.out-of-reach',
        detail: expect.stringMatching(/gửi lại/),
      });
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    },
  );

  it.each(['not-sql', 'own-fault'])('for another reason shows nothing of it: %s', async (how) => {
    const { body } = await app.as().get(`/failing/${how}`).expect(500);
    expect(body).toEqual(expect.objectContaining({ status: 500, code: 'internal' }));
    expect(JSON.stringify(body)).not.toMatch(/selekt|undefined/);
  });
});
