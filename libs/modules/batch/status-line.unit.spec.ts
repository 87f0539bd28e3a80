import fc from 'fast-check';
import { cellText } from '#platform/sheets';
import { judgeLine, type KnownLine, type Said, type StatusCells } from './status-line.format.js';
import {
  pieceInWords,
  plain,
  readAssessment,
  readDay,
  piecesIn,
  readEvidence,
  readMark,
  readPercent,
} from './status-cells.rule.js';

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('a cell', () => {
  it.each([
    'Word\u000bbreak',
    'a\u2028b',
    'a\u0001b',
    'a\ufffeb',
    'x\u007fy\u0085z',
    '\u180e q',
    'a\ufeffb',
    'một\u00a0hai\r\n ba',
  ])('that nobody touched says what was recorded: %j', (text) => expect(plain(cellText(text))).toBe(plain(text)));

  it('that nobody touched says what was recorded, whichever sign stands in it', () => {
    const signs = Array.from({ length: 0x10000 }, (_, code) => `a${String.fromCharCode(code)}b`);
    expect(signs.filter((text) => text.isWellFormed() && plain(cellText(text)) !== plain(text))).toEqual([]);
  });

  it('that nobody touched says what was recorded, whatever that was', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => plain(cellText(text)) === plain(text)),
      { numRuns: 3_000 },
    ));

  it('that nobody touched says what was recorded, whatever its joiners stand between', () => {
    const unit = fc.constantFrom(
      '👨',
      '👧',
      '❤',
      '🏽',
      '\ufe0f',
      '\u200d',
      '\u200b',
      '\u200c',
      'a',
      '\u0301',
      ' ',
      '\n',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), (text) => plain(cellText(text)) === plain(text)),
      { numRuns: 3_000 },
    );
    expect(plain(cellText('Tặng 👨\u200d👧.'))).toBe('Tặng 👨\u200d👧.');
  });

  it.each([
    ['Hoàn thành', 'complete'],
    ['  hoàn THÀNH. ', 'complete'],
    ['Đạt'.normalize('NFD'), 'complete'],
    ['Tiếp tục duy trì', 'maintained'],
    ['đang xây dựng', 'progress'],
    ['Chưa thực hiện', 'nothing'],
  ])('of the column Đánh giá that says %s is %s', (text, meaning) =>
    expect(readAssessment(text)?.meaning).toBe(meaning),
  );

  it('of the column Đánh giá with another word is a fault', () =>
    expect(codeOf(() => readAssessment('Xong rồi'))).toBe('status-import.assessment-unknown'));

  it.each([
    ['40', 40],
    ['40 %', 40],
    ['40,0', 40],
    ['0.35', 35],
    ['0,29', 29],
    ['100%', 100],
    ['0', 0],
    ['', undefined],
  ])('of a percentage that Excel shows as %s is %s', (text, percent) => expect(readPercent(text)).toBe(percent));

  it.each(['40,5', '101', '-1', 'bốn mươi', '1e2', '0.5%'])('of a percentage %s is a fault', (text) =>
    expect(codeOf(() => readPercent(text))).toBe('status-import.percent-unreadable'),
  );

  it.each([
    ['16/3/2026', '2026-03-16'],
    ['16-03-26', '2026-03-16'],
    ['16.3.2026', '2026-03-16'],
    ['2026-03-16', '2026-03-16'],
    ['2026-03-16T00:00:00Z', '2026-03-16'],
    ['ngày 16 tháng 3 năm 2026', '2026-03-16'],
    ['03/04/2026', '2026-04-03'],
  ])('of a day %s is %s', (text, day) => expect(readDay(text)).toBe(day));

  // A number by which the workbook counts days is that day as soon as the file is read; what is left is none.
  it.each(['3/16/2026', '31/02/2026', 'quý I', '16/3', '2026', '460970', '46097.5'])(
    'of a day %s is a fault, nothing is guessed',
    (text) => expect(codeOf(() => readDay(text))).toBe('status-import.day-unreadable'),
  );

  it.each<[string, object]>([
    ['12/BC-SNV ngày 16/3/2026', { kind: 'Báo cáo', number: '12/BC-SNV', date: '2026-03-16' }],
    ['Báo cáo số 12/BC-SNV ngày 16 tháng 3 năm 2026', { kind: 'Báo cáo', number: '12/BC-SNV', date: '2026-03-16' }],
    ['- Kế hoạch số 0257/KH-UBND (22/12/2025)', { kind: 'Kế hoạch', number: '0257/KH-UBND', date: '2025-12-22' }],
    ['85/UBND-NC, ngày 5/1/2026', { kind: 'Công văn', number: '85/UBND-NC', date: '2026-01-05' }],
    ['15/2026/QĐ-UBND', { kind: 'Quyết định', number: '15/2026/QĐ-UBND' }],
    ['Văn bản 7', { kind: 'Văn bản', number: '7' }],
    ['Tờ trình số: 8/TTr-SYT', { kind: 'Tờ trình', number: '8/TTr-SYT' }],
  ])('of evidence that says %s names a document', (text, document) =>
    expect(readEvidence(text, [])).toEqual([document]),
  );

  it.each([
    'Biên bản họp',
    'ngày 16/3/2026',
    'Báo cáo 16/3/2026',
    '12/BC-X, 13/BC-X',
    '12/BC-STC và 13/BC-STC ngày 5/2/2026',
    'Quyết định 123/QĐ-UBND ngày 5/2/2026, Kế hoạch số 15/KH-UBND ngày 6/2/2026',
    '=HYPERLINK("http://x/1")',
  ])('of evidence without a number, or with those of two documents, is a fault: %s', (text) =>
    expect(codeOf(() => readEvidence(text, []))).toBe('status-import.evidence-unreadable'),
  );

  it('of evidence holds several pieces, and those that were brought before keep their files', () => {
    const known = [pieceInWords({ kind: 'Báo cáo', number: '12/BC', date: '2026-03-16', file: 'a;b.pdf' })];
    expect(known).toEqual(['Báo cáo số 12/BC ngày 16/03/2026 [tệp a,b.pdf]']);
    expect(readEvidence(`15/KH-SNV;\n${known[0] ?? ''};`, known)).toEqual([
      { kind: 'Kế hoạch', number: '15/KH-SNV' },
      { known: known[0] },
    ]);
  });

  it('of evidence takes as much as a report does, and what was brought before in any case', () => {
    const many = (count: number): string => Array.from({ length: count }, (_, at) => `${at + 1}/BC`).join(';');
    expect(readEvidence(many(50), [])).toHaveLength(50);
    expect(codeOf(() => readEvidence(many(51), []))).toBe('status-import.evidence-too-many');
    const known = piecesIn(many(60));
    expect(readEvidence(many(60), known)).toHaveLength(60);
    for (const text of [`${'a'.repeat(101)} số 1/BC`, `1/${'B'.repeat(99)}`])
      expect(codeOf(() => readEvidence(text, []))).toBe('status-import.evidence-too-long');
  });

  it.each([
    ['x', true],
    ['X ', true],
    ['Có', true],
    ['✓', true],
    ['', false],
    ['-', false],
    ['không', false],
  ])('of the column Công nhận that says %s is %s', (text, mark) => expect(readMark(text)).toBe(mark));

  it('of the column Công nhận with anything else is a fault', () =>
    expect(codeOf(() => readMark('để xem'))).toBe('status-import.mark-unreadable'));
});

const blank: StatusCells = { assessment: '', percent: '', account: '', evidence: '', workDay: '', accept: '' };
const done: StatusCells = {
  ...blank,
  assessment: 'Hoàn thành',
  account: 'Đã gửi.',
  evidence: '12/BC-SNV',
  workDay: '14/3/2026',
};
const said: Said = {
  complete: true,
  percent: 100,
  on: '2026-03-14',
  account: 'Đã gửi.',
  pieces: ['Báo cáo số 12/BC-SNV'],
};
const waiting = { ...said, report: 'r1', version: 0, status: 'waiting', theirs: false } as const;
const reporter: KnownLine = {
  cycle: 'quarterly',
  today: '2026-12-18',
  base: null,
  printed: false,
  current: null,
  outdated: false,
  ownUnit: true,
  coordinates: false,
};
const coordinator: KnownLine = { ...reporter, ownUnit: false, coordinates: true };
const codes = (cells: StatusCells, known: KnownLine): string[] =>
  judgeLine(cells, known).faults.map(({ column, refusal }) => `${column} ${refusal.code}`);

describe('a line', () => {
  it('that is filled in is a report of the period', () =>
    expect(judgeLine(done, reporter)).toEqual({
      report: {
        complete: true,
        percent: 100,
        on: '2026-03-14',
        account: 'Đã gửi.',
        evidence: [{ kind: 'Báo cáo', number: '12/BC-SNV' }],
        assessment: 'Hoàn thành',
      },
      accept: null,
      seen: false,
      faults: [],
    }));

  it('that was left as it was downloaded asks for nothing, whatever happened since', () => {
    for (const current of [waiting, { ...waiting, status: 'accepted' } as const, null]) {
      expect(judgeLine(done, { ...reporter, base: said, current })).toMatchObject({ report: null, faults: [] });
    }
    expect(judgeLine(blank, reporter)).toMatchObject({ report: null, accept: null, faults: [] });
    expect(judgeLine({ ...blank, assessment: 'Chưa thực hiện' }, reporter)).toMatchObject({ report: null, faults: [] });
  });

  it('that says what somebody reported since asks for nothing either', () =>
    expect(judgeLine(done, { ...reporter, current: waiting })).toMatchObject({ report: null, seen: true, faults: [] }));

  it('says again what was returned', () =>
    expect(judgeLine(done, { ...reporter, current: { ...waiting, status: 'returned' } }).report).not.toBeNull());

  it('shows all its faults at once', () =>
    expect(
      codes(
        { ...done, assessment: 'Xong', percent: '40,5', workDay: '31/02/2026', evidence: 'ảnh', accept: '?' },
        reporter,
      ),
    ).toEqual([
      'assessment status-import.assessment-unknown',
      'percent status-import.percent-unreadable',
      'workDay status-import.day-unreadable',
      'evidence status-import.evidence-unreadable',
      'accept status-import.mark-unreadable',
    ]));

  it('shows those that can be read beside those that cannot', () => {
    const cells = { ...done, percent: '150', workDay: '20/12/2026', evidence: '1/BC ngày 19/12/2026' };
    expect(codes(cells, reporter)).toEqual([
      'percent status-import.percent-unreadable',
      'workDay obligation.future-work-day',
      'evidence obligation.evidence-of-the-future',
    ]);
    expect(codes({ ...done, assessment: 'Đang thực hiện', workDay: '', evidence: 'ảnh' }, reporter)).toEqual([
      'evidence status-import.evidence-unreadable',
      'percent status-import.percent-missing',
      'workDay status-import.day-missing',
    ]);
  });

  it('that was accepted and says something else now is at fault for that alone, not for the mark that it came with', () => {
    const current = { ...waiting, status: 'accepted', theirs: true } as const;
    const changed = { ...done, account: 'Khác.', accept: 'x' };
    expect(codes(changed, { ...coordinator, base: said, current })).toEqual(['assessment obligation.period-accepted']);
  });

  it.each<[string, Partial<StatusCells>, string]>([
    ['without a word', { assessment: '' }, 'assessment status-import.assessment-missing'],
    ['without a day', { workDay: '' }, 'workDay status-import.day-missing'],
    ['with a day that has not come', { workDay: '19/12/2026' }, 'workDay obligation.future-work-day'],
    ['that is complete at 40 %', { percent: '40' }, 'percent obligation.complete-means-hundred'],
    ['under way without a percentage', { assessment: 'Đang thực hiện' }, 'percent status-import.percent-missing'],
    ['that is complete without proof', { account: '', evidence: '' }, 'evidence obligation.complete-needs-proof'],
    [
      'not started, with a result',
      { assessment: 'Chưa thực hiện' },
      'assessment status-import.not-started-with-result',
    ],
    ['with evidence of tomorrow', { evidence: '1/BC ngày 19/12/2026' }, 'evidence obligation.evidence-of-the-future'],
  ])('%s is not carried out', (_, cells, fault) => {
    expect(codes({ ...done, ...cells }, reporter)).toEqual([fault]);
    expect(judgeLine({ ...done, ...cells }, reporter).report).toBeNull();
  });

  it('of which a cell holds the error of a formula says nothing there', () => {
    const cells = {
      ...done,
      account: '#REF!',
      evidence: '#DIV/0!',
      workDay: '#N/A',
      percent: '#VALUE!',
      accept: '#NAME?',
    };
    expect(judgeLine(cells, reporter).report).toBeNull();
    expect(codes({ ...cells, assessment: '#NULL!' }, reporter)).toEqual(
      ['assessment', 'percent', 'workDay', 'evidence', 'account', 'accept'].map(
        (column) => `${column} status-import.error-value`,
      ),
    );
    // What was recorded so says so again.
    expect(codes({ ...done, account: '#REF!' }, { ...reporter, base: { ...said, account: '#REF!' } })).toEqual([]);
  });

  it('continues only where there are several periods', () => {
    const cells = { ...done, assessment: 'Tiếp tục duy trì' };
    expect(judgeLine(cells, reporter).report).toMatchObject({ complete: true, assessment: 'Tiếp tục duy trì' });
    expect(codes(cells, { ...reporter, cycle: 'once' })).toEqual(['assessment status-import.maintained-once']);
  });

  it('that was emptied takes nothing back', () => {
    expect(codes(blank, { ...reporter, base: said, current: waiting })).toEqual(['assessment status-import.emptied']);
    expect(codes({ ...blank, assessment: 'Chưa thực hiện' }, { ...reporter, base: said, current: waiting })).toEqual([
      'assessment status-import.emptied',
    ]);
  });

  it('of another unit is refused, except to coordinators', () => {
    expect(codes(done, { ...reporter, ownUnit: false })).toEqual(['assessment obligation.other-unit']);
    expect(codes(done, coordinator)).toEqual([]);
  });

  it('that differs from a report that waits or was accepted is refused', () => {
    const other = { ...done, account: 'Khác.' };
    expect(codes(other, { ...reporter, current: waiting })).toEqual(['assessment obligation.report-waiting']);
    expect(codes(other, { ...reporter, current: { ...waiting, status: 'accepted' } })).toEqual([
      'assessment obligation.period-accepted',
    ]);
  });

  it('of which the account was erased is the one that was downloaded', () =>
    expect(judgeLine(done, { ...reporter, base: { ...said, account: null } })).toMatchObject({
      report: null,
      faults: [],
    }));
});

describe('a mark in the column Công nhận', () => {
  const marked = { ...done, accept: 'x' };

  it('accepts the report that waits', () =>
    expect(judgeLine(marked, { ...coordinator, base: said, current: waiting })).toMatchObject({
      report: null,
      accept: { report: 'r1', version: 0 },
      seen: true,
      faults: [],
    }));

  it('of what is accepted already asks for nothing', () =>
    expect(judgeLine(marked, { ...reporter, base: said, current: { ...waiting, status: 'accepted' } })).toMatchObject({
      accept: null,
      faults: [],
    }));

  it('on a report of the same file, or of the same person, is refused; the report goes on', () => {
    expect(judgeLine(marked, coordinator)).toMatchObject({ accept: null, report: { complete: true } });
    expect(codes(marked, coordinator)).toEqual(['accept obligation.own-report']);
    expect(codes(marked, { ...coordinator, base: said, current: { ...waiting, theirs: true } })).toEqual([
      'accept obligation.own-report',
    ]);
  });

  it('beside a report that is refused says nothing more', () => {
    const changed = { ...marked, account: 'Khác.' };
    expect(codes(changed, { ...coordinator, base: said, current: waiting })).toEqual([
      'assessment obligation.report-waiting',
    ]);
  });

  it('is for coordinators, and for reports that wait', () => {
    expect(codes(marked, { ...reporter, base: said, current: waiting })).toEqual([
      'accept obligation.coordinators-only',
    ]);
    expect(codes({ ...blank, accept: 'x' }, coordinator)).toEqual(['accept status-import.nothing-to-accept']);
    expect(codes(marked, { ...coordinator, base: said, current: { ...waiting, status: 'returned' } })).toEqual([
      'accept status-import.nothing-to-accept',
    ]);
  });

  it('that came with the download is no wish: whatever happened since, it is at fault for nothing', () => {
    const printed = { base: said, printed: true } as const;
    const [returned, theirs] = [
      { ...waiting, status: 'returned' },
      { ...waiting, theirs: true },
    ] as const;
    for (const known of [
      { ...reporter, ...printed, current: waiting },
      { ...coordinator, ...printed, current: theirs },
      { ...coordinator, ...printed, current: returned },
      { ...coordinator, ...printed, current: null },
      { ...coordinator, ...printed, base: undefined, current: waiting },
    ])
      expect(judgeLine(marked, known)).toMatchObject({ report: null, accept: null, faults: [] });
    // Who may accept is told what changed, and may insist.
    expect(judgeLine(marked, { ...coordinator, ...printed, current: waiting }).accept).not.toBeNull();
  });

  it('accepts what the line says where nobody knows what it said at its download', () => {
    const lost = { ...coordinator, base: undefined, current: waiting } as const;
    expect(judgeLine(marked, lost)).toMatchObject({ accept: { report: 'r1', version: 0 }, faults: [] });
    for (const [cells, known] of [
      [{ ...blank, accept: 'x' }, lost],
      [marked, { ...lost, outdated: true }],
    ] as const) {
      expect(codes(cells, known)).toEqual(['accept status-import.report-not-shown']);
      expect(judgeLine(cells, known).accept).toBeNull();
    }
  });

  it('on a line that cannot be read accepts nothing', () =>
    expect(judgeLine({ ...marked, workDay: '31/02/2026' }, { ...coordinator, current: waiting }).accept).toBeNull());
});
