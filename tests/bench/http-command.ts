import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Connection } from './connection.js';
import type { Served, Usage } from './http-server.js';
import { type Benchmark, inTurns, median, quantile, spreadOf, throughput } from './measure.js';
import { newStream, OneInsert, reported } from './one-insert.js';

const CONNECTIONS = 32;
/** So many commands run before the first that counts. */
const WARM = 12_000;

/**
 * Reports over HTTP on 32 connections, each on another obligation: signed in, checked, decided, stored, and projected
 * by the same process meanwhile; against one INSERT per commit by 32 callers. Shows start and memory of that process.
 */
export const httpCommand: Benchmark = async (bench) => {
  const child = fork(join(import.meta.dirname, 'http-server.js'), [await bench.database()], {
    execArgv: ['--enable-source-maps', '--max-semi-space-size=32'],
  });
  try {
    const [served] = (await once(child, 'message')) as [Served];
    const baseline = await OneInsert.open(await bench.database());
    const free = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(served.address)));
    const connections = [...free];
    const bodies = Array.from({ length: 12 }, (_, index) =>
      JSON.stringify({
        period: index + 1,
        percent: 60,
        on: '2026-01-14',
        complete: false,
        evidence: [{ kind: 'Báo cáo', number: `${index + 1}/BC-UBND`, date: '2026-01-14' }],
      }),
    );
    let next = 0;
    const ours = async (): Promise<void> => {
      const at = (next += 1) - 1;
      const period = Math.floor(at / served.obligations.length);
      const [obligation, body] = [served.obligations[at % served.obligations.length], bodies[period]];
      const connection = free.pop();
      if (obligation === undefined || body === undefined || !connection) throw new Error('nothing left to report on');
      const status = await connection.post(`/api/v1/obligations/${obligation}/reports`, served.token, body);
      free.push(connection);
      if (status !== 201) throw new Error(`answered ${status}`);
    };
    const theirs = (): Promise<unknown> => baseline.append(newStream(), reported());
    const duration = bench.quick ? 300 : 700;
    // A server that has just begun is compiled while it answers; this is about one that has been up for a while.
    for (let reached = -1; next < WARM && next !== reached;) {
      reached = next;
      await throughput(CONNECTIONS, 500, ours);
    }
    await throughput(CONNECTIONS, 500, theirs);
    const usage = async (): Promise<Usage & { readonly commands: number }> => {
      child.send('usage');
      const [{ rss, cpu }] = (await once(child, 'message')) as [Usage];
      return { rss, cpu, commands: next };
    };
    const before = await usage();
    const rounds = await inTurns(
      bench.rounds,
      () => throughput(CONNECTIONS, duration, ours),
      () => throughput(CONNECTIONS, duration, theirs),
    );
    const { rss, cpu, commands } = await usage();
    const used = (cpu.user + cpu.system - before.cpu.user - before.cpu.system) / 1_000 / (commands - before.commands);
    const ratios = rounds.map(([mine, one]) => mine.rate / one.rate);
    const latencies = rounds.flatMap(([mine]) => mine.latencies);
    const [p50, p99] = [median(latencies), quantile(latencies, 0.99)];
    const ratio = median(ratios);
    bench.report({
      name: 'http-command-32',
      value: median(rounds.map(([mine]) => mine.rate)),
      unit: 'commands/s',
      baseline: median(rounds.map(([, one]) => one.rate)),
      ratio,
      spread: spreadOf(ratios),
      target: '≥ 0.5 ×',
      ok: ratio >= 0.5 && p99 <= 10 * p50,
      note: `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (≤ 10 × p50), ${used.toFixed(2)} ms of CPU each`,
    });
    bench.report({
      name: 'cold-start',
      value: served.started / 1000,
      unit: 's',
      baseline: null,
      ratio: null,
      spread: null,
      target: null,
      ok: true,
      note: 'empty database to listening, migrations included',
    });
    bench.report({
      name: 'api-memory',
      value: rss / 2 ** 20,
      unit: 'MiB',
      baseline: null,
      ratio: null,
      spread: null,
      target: null,
      ok: true,
      note: `resident, after ${next} commands`,
    });
    for (const connection of connections) connection.close();
    await baseline.close();
  } finally {
    if (child.connected) child.send('end');
    await once(child, 'exit');
  }
};
