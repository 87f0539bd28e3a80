import { correctedFrom, type ReportVersion } from './correction.judgement.js';

const [first, second] = [
  { entry: 'e1', kind: 'Báo cáo', number: '12/BC', date: '2026-03-14' },
  { entry: 'e2', kind: 'Công văn', number: '15/CV' },
];
const file = { sha256: 'a' };
const version: ReportVersion = { complete: true, percent: 100, workDay: '2026-03-14', evidence: [first, second] };
const evidence = (...after: ReportVersion['evidence']) => correctedFrom(version, { ...version, evidence: after });

describe('a correction compared with the version before it', () => {
  it('tells whether that one was complete', () => {
    const progress = { ...version, complete: false, percent: 40 };
    expect(correctedFrom(version, progress)).toEqual({ wasComplete: true, evidenceChanges: [], evidenceOnly: false });
    expect(correctedFrom(progress, version).wasComplete).toBe(false);
  });

  it('tells what became of each piece of evidence, by the name it had and the one it has', () => {
    const [before, { entry: _, ...other }] = [{ kind: 'Báo cáo', number: '12/BC', date: '2026-03-14' }, second];
    expect(evidence({ ...first, number: '13/BC' }, second)).toEqual({
      wasComplete: true,
      evidenceChanges: [{ change: 'changed', before, after: { ...before, number: '13/BC' } }],
      evidenceOnly: true,
    });
    expect(evidence(first).evidenceChanges).toEqual([{ change: 'withdrawn', before: other }]);
    expect(evidence(first, second, { ...second, entry: 'e3', number: '16/CV' }).evidenceChanges).toEqual([
      { change: 'added', after: { ...other, number: '16/CV' } },
    ]);
    expect(evidence({ ...first, file }, second).evidenceChanges).toEqual([
      { change: 'changed', before, after: before, file: 'added' },
    ]);
  });

  it('tells what became of a file', () => {
    const filed = { ...version, evidence: [{ ...first, file }] };
    const fileOf = (after: typeof file | undefined) =>
      correctedFrom(filed, { ...version, evidence: [{ ...first, ...(after ? { file: after } : {}) }] });
    expect(fileOf({ sha256: 'b' }).evidenceChanges).toMatchObject([{ file: 'changed' }]);
    expect(fileOf(undefined).evidenceChanges).toMatchObject([{ file: 'withdrawn' }]);
  });

  it('knows a piece again that has a new entry and says the same', () => {
    expect(evidence({ ...first, entry: 'e3' }, { ...second, entry: 'e4' })).toMatchObject({
      evidenceChanges: [],
      evidenceOnly: false,
    });
  });

  it('is of more than the evidence where the report says something else too', () => {
    const changes: Partial<ReportVersion>[] = [{ workDay: '2026-03-13' }, { account: { hash: 'x' } }];
    for (const change of changes) {
      expect(correctedFrom(version, { ...version, ...change, evidence: [first] }).evidenceOnly).toBe(false);
    }
  });
});
