import type { StoredEvent } from './event-store.js';
import { RecentEvents } from './recent-events.js';

const event = (position: number): StoredEvent => ({ position: String(position), data: '{}' }) as StoredEvent;
const events = (...positions: number[]): StoredEvent[] => positions.map(event);
const told = (recent: RecentEvents, at: string, batch = 100): number[] | undefined =>
  recent.behind(at, batch)?.map(({ position }) => Number(position));

let recent: RecentEvents;
beforeEach(() => {
  recent = new RecentEvents();
});

it('tells what follows on what was read, and nothing that was not', () => {
  expect(told(recent, '0')).toBeUndefined();
  recent.add('5', events(6, 8, 9));
  recent.add('9', events(10, 12));
  expect(told(recent, '5')).toEqual([6, 8, 9, 10, 12]);
  expect(told(recent, '7')).toEqual([8, 9, 10, 12]);
  expect(told(recent, '8')).toEqual([9, 10, 12]);
  expect(told(recent, '10')).toEqual([12]);
  expect(told(recent, '12')).toBeUndefined();
  expect(told(recent, '4')).toBeUndefined();
  expect(told(recent, '5', 2)).toEqual([6, 8]);
});

it('holds no gap: what follows on nothing known stands alone, and what is older is not kept', () => {
  recent.add('5', events(6, 7));
  recent.add('9', events(10));
  expect(told(recent, '5')).toBeUndefined();
  expect(told(recent, '7')).toBeUndefined();
  expect(told(recent, '9')).toEqual([10]);
  recent.add('6', events(7, 10));
  recent.add('9', events(10));
  expect(told(recent, '6')).toBeUndefined();
  expect(told(recent, '9')).toEqual([10]);
});

it('goes on with what was appended here, as far as nothing lies between', () => {
  recent.append(events(1));
  expect(told(recent, '0')).toBeUndefined();
  recent.add('5', []);
  expect(told(recent, '5')).toBeUndefined();
  recent.append(events(6, 7, 9));
  expect(told(recent, '5')).toEqual([6, 7]);
  recent.append(events(9, 10));
  expect(told(recent, '7')).toBeUndefined();
  recent.append(events(8));
  recent.append(events(10));
  expect(told(recent, '6')).toEqual([7, 8]);
  recent.add('8', events(9, 10, 11));
  recent.append(events(12));
  expect(told(recent, '6')).toEqual([7, 8, 9, 10, 11, 12]);
});

it('knows whether anything that was read or appended here lies behind a position', () => {
  expect(recent.isLast('0')).toBe(false);
  recent.add('5', events(6));
  expect([recent.isLast('5'), recent.isLast('6')]).toEqual([false, true]);
  recent.append(events(8));
  expect(recent.isLast('6')).toBe(false);
  recent.add('6', events(7));
  expect(recent.isLast('7')).toBe(false);
  recent.add('7', events(8));
  expect(recent.isLast('8')).toBe(true);
  recent.forget();
  expect(recent.isLast('8')).toBe(false);
});

it('keeps the newest of many', () => {
  for (let at = 0; at < 5_000; at += 50) {
    recent.add(String(at), events(...Array.from({ length: 50 }, (_, index) => at + index + 1)));
  }
  expect(told(recent, '1999')).toBeUndefined();
  expect(told(recent, '2999', 3)).toEqual([3000, 3001, 3002]);
  expect(told(recent, '4998')).toEqual([4999, 5000]);
});

it('keeps no more than fits into some memory', () => {
  const large = (position: number): StoredEvent => ({ ...event(position), data: 'x'.repeat(3_000_000) });
  recent.add('5', [large(6), large(7)]);
  expect(told(recent, '5')).toEqual([6, 7]);
  recent.append([large(8)]);
  expect(told(recent, '5')).toBeUndefined();
  recent.append(events(9));
  expect(told(recent, '8')).toEqual([9]);
  recent.append([large(10), large(11)]);
  expect(told(recent, '9')).toEqual([10, 11]);
});

it('forgets all', () => {
  recent.add('5', events(6));
  recent.forget();
  expect(told(recent, '5')).toBeUndefined();
});
