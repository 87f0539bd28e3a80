import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../infra/build.mjs';
import teardown from './global-teardown.mjs';

const PREFIX = 'camket-tests-';

/** Runs that were killed leave their server and its folder behind. */
const sweep = async ({ DataFolder, EmbeddedPostgres }) => {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (!existsSync(join(folder, 'server.json')) || DataFolder.runningIn(folder)) continue;
    await EmbeddedPostgres.endIn(folder).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
};

/** One PostgreSQL for a run of the tests; each spec file makes databases of its own on it. */
export default async function setup() {
  await build();
  const library = await import('../../dist/libs/platform/database/index.js');
  await sweep(library);
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(folder, 0o755);
  const held = await library.DataFolder.claim(folder);
  const server = await library.EmbeddedPostgres.start(folder, {
    // What survives a crash is shown by tests/faults, on servers of its own.
    settings: {
      max_connections: '200',
      ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
      // Hundreds of small databases: looking after each of them in turn takes longer than the tests that use them.
      ...{ autovacuum: 'off', checkpoint_timeout: '1h', max_wal_size: '4GB', bgwriter_lru_maxpages: '0' },
    },
  });
  globalThis.__postgres = { server, folder, held };
  process.env['CAMKET_TEST_POSTGRES'] = server.url('postgres');
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void teardown().then(() => process.exit(130)));
}
