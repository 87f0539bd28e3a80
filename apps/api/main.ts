import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { readSettings, type Settings } from '#platform/config';
import { Installation } from '#platform/database';
import { PlainWords, Program } from '#platform/wiring';
import { createApp } from './app.js';
import { tables } from './modules.js';
import { greeting, help, progress, signInsFile } from './terminal.js';

/** Refuses a port that is taken before anything else is begun. */
const checkPort = ({ host, port }: Settings): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? 'another program uses it'
          : error.code === 'EACCES'
            ? 'it is not allowed'
            : error.message;
      reject(
        new PlainWords(`Camket cannot listen on ${host}:${port}: ${reason}. Choose another port: PORT=3001 npm start`),
      );
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });

const serve = (flags: readonly string[]): Promise<void> =>
  Program.run(async (program) => {
    const settings = readSettings(undefined, flags);
    if (settings.role === 'worker') throw new PlainWords('CAMKET_ROLE is worker: start it with npm start.');
    const { mode, folder } = settings;
    const areNew = !existsSync(signInsFile(folder));
    const installation = await Installation.open(settings, tables, () => checkPort(settings));
    await program.holds({ leave: () => installation.leave(), close: () => installation.close() });
    const app = await createApp({ settings, database: installation.database, mode, folder, progress: progress() });
    await program.holds(app);
    const url = await app.listen();
    installation.serve(url, (news) => console.error(news));
    console.log(greeting(settings, url, areNew));
  });

if (process.argv.includes('--help')) console.log(help());
else await serve(process.argv.slice(2));
