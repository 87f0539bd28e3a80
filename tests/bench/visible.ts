import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { atPace, type Benchmark, compared, inTurns, median, quantile } from './measure.js';

const RATE = 500;
/** Of so many commands one is followed by somebody who wants to see it. */
const FOLLOWED = 10;

type Waited = { readonly acknowledged: readonly number[]; readonly visible: readonly number[] };

/**
 * Reports over HTTP at a steady 500 a second, each from the time at which it was due until the figures hold it: for
 * whoever happens to look (the view's position in the database, nobody waits for it), and for whoever asks with
 * `?after=` behind every tenth report. Against the time until the same commands were acknowledged.
 */
export const visible: Benchmark = async (bench) => {
  const product = await bench.product();
  const pool = new pg.Pool({ connectionString: product.served.database, max: 1 });
  const duration = bench.quick ? 600 : 1_600;
  const goesOn = (elapsed: number): boolean => elapsed < duration;
  const positionOfView = async (): Promise<bigint> => {
    const { rows } = await pool.query<{ position: string }>({
      name: 'position-of-view',
      text: `select position from projector.checkpoint where view = 'progress'`,
    });
    return BigInt(rows[0]?.position ?? 0);
  };

  const looking = async (): Promise<Waited> => {
    const [acknowledged, seen]: [number[], number[]] = [[], []];
    let waiting: { readonly due: number; readonly position: bigint }[] = [];
    let sending = true;
    const watching = (async () => {
      for (let began = performance.now(); sending || waiting.length > 0; began = performance.now()) {
        const reached = await positionOfView();
        const now = performance.now();
        for (const { due, position } of waiting) if (position <= reached) seen.push(now - due);
        waiting = waiting.filter(({ position }) => position > reached);
        await wait(Math.max(1, 3 - (now - began)));
      }
    })();
    watching.catch(() => undefined);
    await atPace(RATE, goesOn, async (due) => {
      const position = BigInt(await product.report());
      acknowledged.push(performance.now() - due);
      waiting.push({ due, position });
    });
    sending = false;
    await watching;
    return { acknowledged, visible: seen };
  };

  const asking = async (): Promise<Waited> => {
    const [acknowledged, seen]: [number[], number[]] = [[], []];
    let sent = 0;
    await atPace(RATE, goesOn, async (due) => {
      const isFollowed = (sent += 1) % FOLLOWED === 0;
      const position = await product.report();
      acknowledged.push(performance.now() - due);
      if (!isFollowed) return;
      const { small } = product.served;
      const answer = await product.read<{ stale: boolean; position: string }>(
        `/plans/${small}/progress?after=${position}`,
      );
      if (answer.stale || BigInt(answer.position) < BigInt(position)) throw new Error('the figures do not come along');
      seen.push(performance.now() - due);
    });
    return { acknowledged, visible: seen };
  };

  const [before, sent] = [await product.usage(), product.commands];
  const rounds = await inTurns(bench.quick ? 2 : 5, looking, asking);
  const used = ((await product.usage()).cpu - before.cpu) / (product.commands - sent);
  const report = (name: string, those: readonly Waited[], words: string): void => {
    const p99 = (values: readonly number[]): number => quantile(values, 0.99);
    const all = those.flatMap((one) => one.visible);
    bench.report(
      compared(
        name,
        'ms',
        those.map((one) => [p99(one.visible), p99(one.acknowledged)]),
        {
          note:
            `${words}; p50 ${median(all).toFixed(1)} ms, p99 of all ${p99(all).toFixed(1)} ms; ` +
            `acknowledged p50 ${median(those.flatMap((one) => one.acknowledged)).toFixed(1)} ms`,
        },
      ),
    );
  };
  const pace = `${RATE} commands/s`;
  report(
    'visible-p99',
    rounds.map(([looked]) => looked),
    `${pace}, nobody waits for it`,
  );
  report(
    'visible-after-p99',
    rounds.map(([, asked]) => asked),
    `${pace}, asked with ?after= behind every tenth; ${used.toFixed(2)} ms of CPU each`,
  );
  await pool.end();
};
