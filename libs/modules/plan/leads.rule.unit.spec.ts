import { misspelt, nearestNames, readLeads, registerOf, type KnownUnits } from './leads.rule.js';

const known: KnownUnits = {
  units: [
    { id: 'u0', code: 'H99', name: 'Ủy ban nhân dân tỉnh' },
    { id: 'u1', code: 'H99.01', name: 'Sở Nội vụ' },
    { id: 'u2', code: 'H99.02', name: 'Sở Tư pháp' },
    { id: 'u3', code: 'H99.05', name: 'Sở Giáo dục và Đào tạo' },
    { id: 'u4', code: 'H99.06', name: 'Sở Y tế' },
    { id: 'u5', code: 'H99.08', name: 'Sở Nông nghiệp và Môi trường' },
    { id: 'u6', code: 'H99.10', name: 'Sở Văn hóa, Thể thao và Du lịch' },
    { id: 'u7', code: 'H99.13', name: 'Văn phòng UBND tỉnh' },
    { id: 'u8', code: 'H99.14', name: 'Thanh tra tỉnh' },
    { id: 'u9', code: 'H99.15', name: 'Trung tâm Phục vụ hành chính công tỉnh' },
    { id: 'u10', code: 'H99.04', name: 'Sở Khoa học và Công nghệ' },
    { id: 'u11', code: 'H99.55', name: 'Đoàn Thanh niên', aliases: ['Tỉnh đoàn'] },
    { id: 'u12', code: 'H99.53', name: 'Báo và Phát thanh, truyền hình tỉnh' },
    { id: 'u13', code: 'H99.101', name: 'Xã Hòa An' },
    { id: 'u14', code: 'H99.102', name: 'Xã Hoa Ân' },
    { id: 'u15', code: 'H99.51', name: 'Công an tỉnh' },
    { id: 'u16', code: 'H99.16', name: 'Ban Quản lý các khu công nghiệp tỉnh' },
  ],
  classes: [
    { id: 'c1', name: 'Các sở, ban, ngành' },
    { id: 'c2', name: 'UBND các xã, phường', aliases: ['UBND cấp xã'] },
  ],
};
const register = registerOf(known);
const ids = (text: string, among = register): readonly string[] =>
  readLeads(text, among).map((lead) =>
    lead.kind === 'unknown' ? `? ${lead.text}` : lead.kind === 'ambiguous' ? `${lead.bearers}? ${lead.text}` : lead.id,
  );
const suggested = (text: string, among = register): readonly string[] =>
  readLeads(text, among).flatMap((lead) => ('suggestions' in lead ? lead.suggestions : []));

describe('The lead column', () => {
  it('names units and classes, parted by ";" only', () => {
    expect(ids('Sở Giáo dục và Đào tạo; Sở Y tế')).toEqual(['u3', 'u4']);
    expect(ids('Các sở, ban, ngành; UBND các xã, phường')).toEqual(['c1', 'c2']);
    expect(ids('Sở Văn hóa, Thể thao và Du lịch')).toEqual(['u6']);
    expect(ids('Sở Nội vụ；Sở Y tế;')).toEqual(['u1', 'u4']);
    expect(ids('')).toEqual([]);
    expect(ids(' ; ')).toEqual([]);
  });

  it('tells units and classes apart and gives their present names', () => {
    expect(readLeads('tỉnh đoàn; UBND cấp xã', register)).toEqual([
      { kind: 'unit', id: 'u11', name: 'Đoàn Thanh niên' },
      { kind: 'class', id: 'c2', name: 'UBND các xã, phường' },
    ]);
  });

  it('names a unit once however often it is written', () => {
    expect(ids('Sở Nội vụ; SỞ NỘI VỤ; Sở Y tế; Sở NV')).toEqual(['u1', 'u4']);
  });

  it.each([
    ['sở nội vụ', 'u1'],
    ['So Noi vu', 'u1'],
    ['Sở Nội vụ tỉnh', 'u1'],
    ['- Sở Nội vụ.', 'u1'],
    ['Sở  Nội\nvụ', 'u1'],
    ['SNV', 'u1'],
    ['H99.01', 'u1'],
    ['Sở Nội vụ'.normalize('NFD'), 'u1'],
    ['VP UBND tỉnh', 'u7'],
    ['VPUBND tỉnh', 'u7'],
    ['Văn phòng Uỷ ban nhân dân tỉnh', 'u7'],
    ['Văn phòng UBND', 'u7'],
    ['UBND tỉnh', 'u0'],
    ['Sở GD&ĐT', 'u3'],
    ['Sở GDĐT', 'u3'],
    ['Sở GD-ĐT', 'u3'],
    ['SGD&ĐT', 'u3'],
    ['Sở KH&CN', 'u10'],
    ['Sở KHCN', 'u10'],
    ['Sở NN&MT', 'u5'],
    ['Sở VHTT&DL', 'u6'],
    ['Sở VH, TT và DL', 'u6'],
    ['Sở Văn hoá - Thể thao và Du lịch', 'u6'],
    ['TT PVHCC tỉnh', 'u9'],
    ['Trung tâm PVHCC tỉnh', 'u9'],
    ['TTPVHCC', 'u9'],
    ['TT. Phục vụ hành chính công', 'u9'],
    ['CA tỉnh', 'u15'],
    ['BQL các KCN tỉnh', 'u16'],
    ['Báo và Phát thanh - Truyền hình tỉnh', 'u12'],
    ['Xã Hòa An', 'u13'],
    ['xã hoa ân', 'u14'],
    ['Các sở, ban, ngành tỉnh', 'c1'],
    ['các sở ban ngành', 'c1'],
    ['Sở, ban, ngành cấp tỉnh', 'c1'],
    ['Uỷ ban nhân dân các xã, phường', 'c2'],
    ['UBND các xã, phường, đặc khu', 'c2'],
    ['UBND xã, phường', 'c2'],
  ])('knows "%s"', (text, id) => {
    expect(ids(text)).toEqual([id]);
  });

  it('takes nobody by guess: a name that two units share without its tones is nobody’s and both are offered', () => {
    expect(ids('Xa Hoa An')).toEqual(['2? Xa Hoa An']);
    expect(suggested('Xa Hoa An')).toEqual(['Xã Hòa An', 'Xã Hoa Ân']);
  });

  it('tells units of one name apart by their codes, and offers only what names one of them', () => {
    const named = (id: string, code: string, name: string, ...aliases: string[]) => ({ id, code, name, aliases });
    const among = registerOf({
      units: [
        named('n1', 'H99.20', 'Sở Ngoại vụ', 'SNgV'),
        named('n2', 'H99.21', 'Sở Ngoại vụ'),
        named('n3', 'H99-21.', 'SỞ NGOẠI VỤ'),
        named('y', 'H99.06', 'Sở Y tế'),
        named('v1', '', 'Văn phòng'),
        named('v2', '', 'Văn phòng', 'Văn phòng hai'),
        named('d', 'DTN', 'Đoàn Thanh niên'),
      ],
      classes: [{ id: 'c', name: 'Đoàn Thanh niên', aliases: ['Các đoàn'] }],
    });
    expect(ids('Sở Ngoại vụ; Sở Y tế', among)).toEqual(['3? Sở Ngoại vụ', 'y']);
    const all = ['Sở Ngoại vụ (H99.20)', 'Sở Ngoại vụ (H99.21)', 'SỞ NGOẠI VỤ (H99-21.)'];
    expect(suggested('So Ngoai vu', among)).toEqual(all);
    expect(all.map((text) => ids(text, among))).toEqual([['n1'], ['n2'], ['n3']]);
    expect(['H99.20', 'h99.21', 'Sở ngoại vụ  (h99.21).', 'SNgV'].map((text) => ids(text, among))).toEqual([
      ['n1'],
      ['n2'],
      ['n2'],
      ['n1'],
    ]);
    expect(suggested('Sở Ngoại vu tỉnhh', among)).toEqual(all);
    expect(suggested('Văn phòng', among)).toEqual(['Văn phòng hai']);
    expect(suggested('Đoàn Thanh niên', among)).toEqual(['Đoàn Thanh niên (DTN)', 'Các đoàn']);
    expect(ids('Đoàn Thanh niên (DTN); Các đoàn', among)).toEqual(['d', 'c']);
    expect(suggested('H99.21, Sở Y tế', among)).toEqual(['Sở Ngoại vụ (H99.21); Sở Y tế']);
  });

  it('offers what is near to an unknown name, the nearest first and at most three', () => {
    expect(suggested('Giám đốc Sở Nội vụ')).toContain('Sở Nội vụ');
    expect(suggested('Sở Nộ vụ')[0]).toBe('Sở Nội vụ');
    expect(suggested('Sở Tư phpá')[0]).toBe('Sở Tư pháp');
    expect(suggested('Sở Giáo dục')[0]).toBe('Sở Giáo dục và Đào tạo');
    expect(suggested('Sở Văn hóa')[0]).toBe('Sở Văn hóa, Thể thao và Du lịch');
    expect(suggested('Sở Nội vụ (thường trực)')[0]).toBe('Sở Nội vụ');
    expect(suggested('Sở')).toHaveProperty('length', expect.any(Number));
    expect(suggested('Sở').length).toBeLessThanOrEqual(3);
  });

  it('offers nothing when everything is far', () => {
    expect(suggested('Ngân hàng Nhà nước khu vực 11')).toEqual([]);
    expect(suggested('???')).toEqual([]);
  });

  it('offers the names parted by ";" where they are parted otherwise', () => {
    expect(ids('Sở Nội vụ, Sở Y tế')).toEqual(['? Sở Nội vụ, Sở Y tế']);
    expect(suggested('Sở Nội vụ, Sở Y tế')).toEqual(['Sở Nội vụ; Sở Y tế']);
    expect(suggested('Sở Nội vụ\n- Sở Y tế')).toEqual(['Sở Nội vụ; Sở Y tế']);
    expect(suggested('Sở Nội vụ và Sở Y tế')).toEqual(['Sở Nội vụ; Sở Y tế']);
    expect(suggested('Các sở, ban, ngành, UBND các xã, phường')).toEqual(['Các sở, ban, ngành; UBND các xã, phường']);
    expect(suggested('Sở Văn hóa, Thể thao và Du lịch, Sở Y tế, Sở Tư pháp')).toEqual([
      'Sở Văn hóa, Thể thao và Du lịch; Sở Y tế; Sở Tư pháp',
    ]);
  });

  it('keeps the known names beside an unknown one', () => {
    expect(ids('Sở Nội vụ; Sở Lạ hoắc; Sở Y tế')).toEqual(['u1', '? Sở Lạ hoắc', 'u4']);
  });

  it('finds its way among the units of a whole ministry in no time', () => {
    const many = registerOf({
      units: Array.from({ length: 3400 }, (_, n) => ({ id: `x${n}`, code: `X${n}`, name: `Ủy ban nhân dân xã ${n}` })),
      classes: [],
    });
    for (let n = 0; n < 200; n++)
      expect(readLeads(`Ủy ban nhân dân xá ${n} mới`, many)).toMatchObject([{ kind: 'unknown' }]);
  });
});

describe('Names that are near', () => {
  it('are found by letters, not by tones', () => {
    const fields = ['Cải cách thể chế', 'Cải cách thủ tục hành chính', 'Cải cách tài chính công'];
    expect(nearestNames('CẢI CÁCH THỂ CHỀ', fields)[0]).toBe('Cải cách thể chế');
    expect(nearestNames('Cải cách thủ tuc hành chnh', fields)[0]).toBe('Cải cách thủ tục hành chính');
    expect(nearestNames('Nhiệm vụ trọng tâm', fields)).toEqual([]);
    expect(misspelt('Cải cách thể chê', fields)).toBe('Cải cách thể chế');
    expect(misspelt('Thể chế', fields)).toBeUndefined();
  });
});
