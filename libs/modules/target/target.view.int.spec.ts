import { idOf } from '#platform/commands';
import { OPEN } from '#kernel';
import { keepsItsWord, ViewBench, type Happened } from '../../../tests/support/view-bench.js';
import { Said, Standing, targets, ValueVersion } from './target.view.js';

describe('targets and their values', () => {
  keepsItsWord(targets);
});

describe('what is kept of a target', () => {
  const [target, plan, value] = [idOf('target'), idOf('plan'), idOf('value')];
  const content = { title: 'SIPAS', field: null, goal: { kind: 'yes' }, leads: [], note: '' };
  const reading = { value: { yes: true }, qualifier: 'exact', source: { publisher: 'Bộ Nội vụ', place: 'x' } };
  const document = { kind: 'Quyết định', number: '0310/QĐ-UBND', date: '2026-03-02' };
  const told = (type: string, data: object, on?: string): Happened => ({
    stream: `target-${target}`,
    type,
    data: data as never,
    ...(on === undefined ? {} : { on }),
  });
  const set = told('TargetSet', { plan, year: 2026, content }, '2026-01-01');

  let bench: ViewBench;
  beforeEach(async () => {
    bench = await ViewBench.open([targets]);
  });
  afterEach(() => bench.close());

  const follow = async (...happened: Happened[]): Promise<void> => {
    await bench.given(...happened);
    const projector = bench.projector();
    await projector.start();
    await projector.caughtUp([targets.name], 20_000);
  };

  it('ends in the log where it was edited, and is followed where it was amended', async () => {
    await follow(
      set,
      told('TargetEdited', { version: 1, ended: [0], content: { ...content, title: 'SIPAS 2026' } }),
      told(
        'TargetAmended',
        { entry: idOf('amended'), version: 2, content: { ...content, title: 'SIPAS mới' }, document },
        '2026-03-10',
      ),
      told('TargetDropped', { entry: idOf('dropped'), version: 3, document }, '2026-10-01'),
    );
    const said = (await bench.rows(targets, Said)).toSorted((a, b) => a.version - b.version);
    expect(
      said.map(({ version, on, until, content: what }) => [version, on, until === OPEN, what?.title ?? null]),
    ).toEqual([
      [0, '2026-01-01', false, 'SIPAS'],
      [1, '2026-01-01', true, 'SIPAS 2026'],
      [2, '2026-03-10', true, 'SIPAS mới'],
      [3, '2026-10-01', true, null],
    ]);
    expect(said[0]?.until).toBe(said[1]?.since);
    expect(await bench.rows(targets, Standing)).toMatchObject([{ target, plan, title: 'SIPAS mới', dropped: true }]);
  });

  it('is a value in its versions, each in force from where it was recorded to where it ended', async () => {
    await follow(
      set,
      told('ValueReported', { entry: value, plan, reading }, '2026-06-30'),
      told('ValueCorrected', {
        entry: idOf('corrected'),
        value,
        version: 1,
        day: '2026-07-31',
        reading,
        reason: { id: idOf('text'), hash: '' },
      }),
      told('ValueWithdrawn', { entry: idOf('withdrawn'), value, version: 1, reason: { id: idOf('t2'), hash: '' } }),
    );
    const versions = (await bench.rows(targets, ValueVersion)).toSorted((a, b) => a.version - b.version);
    expect(versions.map(({ version, on }) => [version, on])).toEqual([
      [0, '2026-06-30'],
      [1, '2026-07-31'],
    ]);
    expect(versions[0]?.until).toBe(versions[1]?.since);
    expect(versions[1]?.until).not.toBe(OPEN);
  });
});
