import { commandLine } from './program.js';

const { program, run } = commandLine();

const interrupted = (): void => {
  void run.interrupt().finally(() => process.exit(130));
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupted);

try {
  await program.parseAsync(process.argv.slice(2), { from: 'user' });
} catch (error) {
  run.fail(error);
}
process.exitCode = run.exit;
