import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { Together } from './together.js';

/** Round trips that end when they are told to. */
const trips = () => {
  const asked: { readonly questions: readonly number[]; readonly end: () => void }[] = [];
  const ask = (questions: readonly number[]): Promise<readonly number[]> =>
    new Promise((resolve) => {
      asked.push({ questions, end: () => resolve(questions.map((question) => question * 10)) });
    });
  return { asked, ask, sent: (): number[] => asked.map(({ questions }) => questions.length) };
};

describe('questions that wait together', () => {
  it('go out together, and each gets its own answer', async () => {
    const { asked, ask } = trips();
    const together = new Together(ask);
    const answers = Promise.all([together.of(1), together.of(2), together.of(3)]);
    await setImmediate();
    asked[0]?.end();
    expect(await answers).toEqual([10, 20, 30]);
    expect(asked).toHaveLength(1);
  });

  it('wait for the round trip under way, which ends soon', async () => {
    const { asked, ask, sent } = trips();
    const together = new Together(ask);
    const first = together.of(1);
    await setImmediate();
    const others = Promise.all([together.of(2), together.of(3)]);
    await setImmediate();
    expect(sent()).toEqual([1]);
    asked[0]?.end();
    await first;
    await setImmediate();
    expect(sent()).toEqual([1, 2]);
    asked[1]?.end();
    expect(await others).toEqual([20, 30]);
  });

  it('wait for no slow one, nor where there are many of them, but never on more lanes than there are', async () => {
    const { asked, ask, sent } = trips();
    const together = new Together(ask, { lanes: 2, most: 40 });
    const all = [together.of(1)];
    await setImmediate();
    all.push(together.of(2));
    while (asked.length < 2) await wait(5);
    all.push(...Array.from({ length: 50 }, (_, index) => together.of(index)));
    await wait(30);
    expect(sent()).toEqual([1, 1]);
    asked[0]?.end();
    await setImmediate();
    await setImmediate();
    expect(sent()).toEqual([1, 1, 40]);
    for (let trip = 1; trip < 4; trip += 1) {
      while (asked.length <= trip) await wait(5);
      asked[trip]?.end();
    }
    expect((await Promise.all(all)).slice(0, 3)).toEqual([10, 20, 0]);
    expect(sent()).toEqual([1, 1, 40, 10]);
  });

  it('fail together', async () => {
    const together = new Together<number, number>(() => Promise.reject(new Error('no line')));
    const ends = await Promise.allSettled([together.of(1), together.of(2)]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
