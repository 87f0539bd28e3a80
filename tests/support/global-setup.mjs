import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../infra/build.mjs';

/** One PostgreSQL for a run of the tests; each spec file makes databases of its own on it. */
export default async function setup() {
  await build();
  const { EmbeddedPostgres } = await import('../../dist/libs/platform/database/index.js');
  const folder = mkdtempSync(join(tmpdir(), 'camket-tests-'));
  chmodSync(folder, 0o755);
  const server = await EmbeddedPostgres.start(folder, { settings: { max_connections: '200' } });
  globalThis.__postgres = { server, folder };
  process.env['CAMKET_TEST_POSTGRES'] = server.url('postgres');
}
