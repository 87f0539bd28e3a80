import type { AnyView } from '#kernel';
import { ALL, FilledRows, KEEPING, type Keeping, type Parcel } from './filled-rows.js';

class Sheep {
  name!: string;
  shepherd!: string;
  wool!: number;
}

const view: AnyView = { name: 'flock', tables: [Sheep], on: {} };
/** A type that has no binary form here: its rows go as text, which a test can read. */
const TYPE = 'character varying';
const shape = { name: 'sheep', columns: ['name', 'shepherd', 'wool'], types: [TYPE, TYPE, TYPE], key: ['name'] };
const AT_ONCE: Keeping = { formed: 1, sent: 1, kept: 100, facts: 0 };

const dolly = { name: 'dolly', shepherd: 'Lan', wool: 1 };
const polly = { name: 'polly', shepherd: 'Lan', wool: 2 };
const key = ({ name }: { readonly name: string }) => ({ name });
const need = (row: { readonly name: string }) => [{ table: Sheep, key: key(row) }];

const fresh = (of = view): FilledRows => new FilledRows(of, new Map([[Sheep, shape]]));
const told = (parcels: readonly Parcel[]) =>
  parcels.map(({ copies, put, removed }) => ({
    lines: copies.flatMap(({ pieces }) => pieces.map(String)).join(''),
    put,
    removed,
  }));

describe('rows of a fill', () => {
  it('are sent once many have come together, and in the end', () => {
    const rows = fresh();
    rows.add(Sheep, dolly);
    expect(rows.parcels(KEEPING)).toEqual([]);
    rows.add(Sheep, polly);
    expect(told(rows.parcels(ALL))).toEqual([{ lines: 'dolly\tLan\t1\npolly\tLan\t2\n', put: [], removed: [] }]);
    expect(rows.parcels(ALL)).toEqual([]);
  });

  it('that changed before they were formed are sent once, as they are then', () => {
    const rows = fresh();
    rows.add(Sheep, dolly);
    rows.put(Sheep, polly);
    rows.change(Sheep, key(dolly), { wool: 5 });
    rows.put(Sheep, { ...polly, wool: 6 });
    expect(told(rows.parcels(ALL))).toEqual([{ lines: 'dolly\tLan\t5\npolly\tLan\t6\n', put: [], removed: [] }]);
  });

  it('that change later wait for the end, and are found as they are', () => {
    const rows = fresh();
    rows.add(Sheep, dolly);
    rows.add(Sheep, polly);
    expect(rows.lacks(need(dolly))).toBe(false);
    expect(told(rows.parcels(AT_ONCE))).toMatchObject([{ put: [], removed: [] }]);
    rows.change(Sheep, key(dolly), { wool: 7 });
    rows.change(Sheep, key(dolly), { wool: 8 });
    rows.remove(Sheep, key(polly));
    expect(rows.parcels(AT_ONCE)).toEqual([]);
    expect(rows.find(Sheep, key(dolly))).toEqual({ ...dolly, wool: 8 });
    expect(rows.find(Sheep, key(polly))).toBeUndefined();
    expect(rows.lacks(need(polly))).toBe(false);
    expect(told(rows.parcels(ALL))).toEqual([{ lines: '', put: [{ ...dolly, wool: 8 }], removed: [key(polly)] }]);
  });

  it('that were removed may come again', () => {
    const rows = fresh();
    rows.put(Sheep, dolly);
    rows.parcels(AT_ONCE);
    expect(rows.lacks(need(dolly))).toBe(true);
    rows.load(Sheep, dolly);
    rows.remove(Sheep, key(dolly));
    rows.add(Sheep, { ...dolly, wool: 9 });
    expect(rows.find(Sheep, key(dolly))).toEqual({ ...dolly, wool: 9 });
    expect(told(rows.parcels(ALL))).toEqual([{ lines: '', put: [{ ...dolly, wool: 9 }], removed: [] }]);
  });

  it('that never were formed leave no trace when they are removed', () => {
    const rows = fresh();
    rows.add(Sheep, dolly);
    rows.remove(Sheep, key(dolly));
    expect(rows.parcels(ALL)).toEqual([]);
  });

  it('are looked up when they are in hand no more, behind what is on its way to their table', () => {
    const rows = fresh();
    rows.add(Sheep, dolly);
    expect(rows.parcels({ ...AT_ONCE, sent: 100 })).toEqual([]);
    expect(rows.lacks(need(dolly))).toBe(true);
    expect(told(rows.before(shape))).toMatchObject([{ lines: 'dolly\tLan\t1\n' }]);
    expect([...rows.missing([...need(dolly), ...need(dolly)])]).toEqual([[Sheep, [key(dolly)]]]);
    rows.load(Sheep, dolly);
    rows.asked(Sheep, [key(dolly), key(polly)]);
    expect(rows.lacks([...need(dolly), ...need(polly)])).toBe(false);
    expect(rows.find(Sheep, key(dolly))).toEqual(dolly);
    expect(rows.find(Sheep, key(polly))).toBeUndefined();
  });

  it('are known to be new where every row was put and none of that key', () => {
    const rows = fresh();
    rows.put(Sheep, dolly);
    rows.parcels(AT_ONCE);
    expect(rows.lacks(need(polly))).toBe(false);
  });

  it('are refused a second time', () => {
    const rows = fresh();
    rows.put(Sheep, dolly);
    expect(() => rows.add(Sheep, dolly)).toThrow('flock: Sheep dolly is there already');
    const unasked = fresh();
    unasked.add(Sheep, dolly);
    unasked.add(Sheep, dolly);
    expect(() => unasked.find(Sheep, key(polly))).toThrow('flock: Sheep dolly is there already');
  });

  it('that were asked for last are found as they are by now', () => {
    const rows = fresh();
    rows.add(Sheep, dolly);
    expect(rows.lacks(need(dolly))).toBe(false);
    expect(rows.find(Sheep, key(dolly))).toEqual(dolly);
    rows.change(Sheep, key(dolly), { wool: 3 });
    expect(rows.find(Sheep, key(dolly))).toEqual({ ...dolly, wool: 3 });
    rows.put(Sheep, dolly);
    expect(rows.find(Sheep, key(dolly))).toEqual(dolly);
    rows.remove(Sheep, key(dolly));
    expect(rows.find(Sheep, key(dolly))).toBeUndefined();
    rows.add(Sheep, { ...dolly, wool: 4 });
    expect(rows.find(Sheep, key(dolly))).toEqual({ ...dolly, wool: 4 });
  });

  it('that were asked for last and are not in hand any more are looked up', () => {
    const rows = fresh();
    rows.add(Sheep, dolly);
    expect(rows.lacks(need(dolly))).toBe(false);
    for (const _ of [1, 2, 3]) {
      rows.add(Sheep, { ...polly, name: `polly ${_}` });
      rows.parcels(ALL);
    }
    expect(rows.lacks(need(dolly))).toBe(true);
  });

  it('change only when they are there', () => {
    expect(() => fresh().change(Sheep, key(dolly), { wool: 3 })).toThrow('flock: no row dolly in Sheep to change');
  });
});
