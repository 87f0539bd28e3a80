import fc from 'fast-check';
import { v5, version } from 'uuid';
import { freshId, idOf, isId } from './ids.js';

const NAMESPACE = '6d3a2c52-3c0b-5a61-9b1e-0c6f3a7d9e10';

describe('ids', () => {
  it('are the UUIDv5 of their parts, whatever is in them', () => {
    const part = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer());
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        expect(idOf(...parts)).toBe(v5(parts.join('\u001f').toWellFormed(), NAMESPACE));
      }),
    );
    expect(idOf('\ud800')).toBe(v5('\ufffd', NAMESPACE));
  });

  it('are all different and rise from millisecond to millisecond when they are fresh', () => {
    const ids = Array.from({ length: 5_000 }, freshId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every(isId)).toBe(true);
    expect(new Set(ids.map(version))).toEqual(new Set([7]));
    const times = ids.map((id) => id.slice(0, 13));
    expect(times).toEqual([...times].sort());
  });
});
