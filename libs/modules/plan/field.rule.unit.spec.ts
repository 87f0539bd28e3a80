import { fieldNamed, fieldSetOf, fieldSets, namesField, unnumbered } from './field.rule.js';

const { fields } = fieldSetOf(2026);

describe('The fields of the yearly plan', () => {
  it('are steering and the six of the programme since 2021', () => {
    expect(fields.map(({ code }) => code)).toEqual(['CDDH', 'CCTC', 'CCTTHC', 'CCTCBM', 'CCCV', 'CCTCC', 'CQDT']);
    expect(fields.map(({ numeral }) => numeral)).toEqual(['I', 'II', 'III', 'IV', 'V', 'VI', 'VII']);
  });

  it('ended with the modernisation of administration before 2021', () => {
    expect(fieldSetOf(2020).fields.at(-1)?.name).toBe('Hiện đại hóa hành chính');
    expect(fieldSetOf(2021).version).toBe('2021');
    expect(fieldSetOf(1999).version).toBe('2011');
  });

  it.each([
    ['CCTTHC', 'CCTTHC'],
    ['cctthc', 'CCTTHC'],
    ['III. CẢI CÁCH THỦ TỤC HÀNH CHÍNH', 'CCTTHC'],
    ['Cải cách TTHC', 'CCTTHC'],
    ['CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH', 'CDDH'],
    ['Công tác chỉ đạo điều hành CCHC', 'CDDH'],
    ['1. Công tác chỉ đạo, điều hành', 'CDDH'],
    ['Lĩnh vực II: Cải cách thể chế', 'CCTC'],
    ['Cải cách tổ chức bộ máy', 'CCTCBM'],
    ['VII/ Xây dựng và phát triển Chính quyền điện tử, Chính quyền số', 'CQDT'],
    ['cai cach tai chinh cong', 'CCTCC'],
    ['III. Cải cách thủ tục hành chính (13 nhiệm vụ)', 'CCTTHC'],
    ['A. LĨNH VỰC CẢI CÁCH THỂ CHẾ: 8 nhiệm vụ', 'CCTC'],
  ])('are known as "%s"', (text, code) => {
    expect(fieldNamed(text, fields)?.code).toBe(code);
  });

  it.each(['', 'IV', 'Nhiệm vụ chung', 'Cải cách thể chê hành chính'])('are not known as "%s"', (text) => {
    expect(fieldNamed(text, fields)).toBeUndefined();
  });

  it('have names that lead back to them, in every version', () => {
    for (const set of fieldSets)
      for (const field of set.fields)
        for (const name of [field.code, field.name, ...field.aliases]) expect(fieldNamed(name, set.fields)).toBe(field);
  });

  it('are told from other words whatever their version', () => {
    expect(namesField('VII. HIỆN ĐẠI HÓA HÀNH CHÍNH')).toBe(true);
    expect(namesField('Chính quyền điện tử, chính quyền số')).toBe(true);
    expect(namesField('Ban hành kế hoạch')).toBe(false);
  });

  it('lose the number in front, never a word', () => {
    expect(unnumbered('II. CẢI CÁCH THỂ CHẾ')).toBe('CẢI CÁCH THỂ CHẾ');
    expect(unnumbered('Cải cách thể chế')).toBe('Cải cách thể chế');
  });
});
