import { CommandBus } from '@nestjs/cqrs';
import type { StoredEvent } from '#platform/event-store';
import { testApp, type TestApp } from '../../../tests/support/app.js';
import { newEvent, newStream } from '../../../tests/support/events.js';
import { BeginDaysJob, CALENDAR, CalendarModule } from './index.js';

let app: TestApp;

/** The job as one more worker has it, which was started a moment ago. */
const worker = (): BeginDaysJob => new BeginDaysJob(app.nest.get(CommandBus), app.clock, app.store);
const told = (): Promise<readonly StoredEvent[]> => app.store.read(`calendar-${CALENDAR}`);
const days = async (): Promise<string[]> => (await told()).map(({ on }) => on);

beforeEach(async () => {
  app = await testApp([CalendarModule]);
  app.clock.set('2026-12-29');
  await app.store.append(newStream(), [newEvent()], -1);
});
afterEach(() => app.close());

describe('the days of an installation', () => {
  it('begin with the one on which something has happened first, each told once', async () => {
    const job = app.nest.get(BeginDaysJob);
    await job.run();
    await job.run();
    app.clock.set('2026-12-30');
    await job.run();
    expect(await days()).toEqual(['2026-12-29', '2026-12-30']);
    expect(await told()).toMatchObject([
      { actor: 'system:calendar', data: '{"day":"2026-12-29"}' },
      { actor: 'system:calendar', data: '{"day":"2026-12-30"}' },
    ]);
  });

  it('are told by whoever is there first when many workers look at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => worker().run()));
    app.clock.set('2027-01-02');
    await Promise.all(Array.from({ length: 20 }, () => worker().run()));
    expect(await days()).toEqual(['2026-12-29', '2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02']);
  });

  it('are told all when nothing ran for a long time', async () => {
    await worker().run();
    app.clock.set('2027-12-31');
    await worker().run();
    const all = await days();
    expect(all).toHaveLength(368);
    expect(all).toEqual([...new Set(all)].sort());
    expect(all.at(-1)).toBe('2027-12-31');
  });
});

describe('an installation in which nothing has happened', () => {
  it('has no days: it stays empty', async () => {
    const empty = await testApp([CalendarModule]);
    try {
      await empty.nest.get(BeginDaysJob).run();
      expect(await empty.store.end()).toBeUndefined();
    } finally {
      await empty.close();
    }
  });
});
