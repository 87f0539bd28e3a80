import type { Day } from '#kernel';

/** A kind of units: its key, its Vietnamese names (the one to show first), the days on which units may be founded so. */
export type Kind = {
  readonly kind: string;
  readonly names: readonly string[];
  readonly from: Day;
  readonly until?: Day;
};

const BEGINNING: Day = '1945-09-02';
/** Two tiers of local government, without districts. */
const TWO_TIERS: Day = '2025-07-01';

/** The kinds with which a unit tree begins; they become events with its root, and more can be defined. */
export const KINDS: readonly Kind[] = [
  { kind: 'province', names: ['Tỉnh, thành phố', 'Tỉnh', 'Thành phố', 'UBND tỉnh'], from: BEGINNING },
  { kind: 'ministry', names: ['Bộ, cơ quan ngang bộ', 'Bộ', 'Cơ quan ngang bộ'], from: BEGINNING },
  {
    kind: 'department',
    names: ['Sở, ban, ngành', 'Sở', 'Cơ quan chuyên môn', 'Vụ, cục', 'Cơ quan hành chính'],
    from: BEGINNING,
  },
  { kind: 'commune', names: ['Xã', 'UBND xã'], from: BEGINNING },
  { kind: 'ward', names: ['Phường', 'UBND phường'], from: BEGINNING },
  { kind: 'special_zone', names: ['Đặc khu', 'UBND đặc khu'], from: TWO_TIERS },
  { kind: 'district', names: ['Huyện, quận, thị xã', 'Huyện', 'Quận', 'Thị xã'], from: BEGINNING, until: TWO_TIERS },
  { kind: 'section', names: ['Phòng, ban trực thuộc', 'Phòng', 'Phòng chuyên môn'], from: BEGINNING },
  { kind: 'public_service_unit', names: ['Đơn vị sự nghiệp công lập', 'Đơn vị sự nghiệp'], from: BEGINNING },
  { kind: 'vertical_agency', names: ['Cơ quan ngành dọc', 'Cơ quan trung ương tại địa phương'], from: BEGINNING },
  { kind: 'party_body', names: ['Cơ quan Đảng', 'Ban Đảng'], from: BEGINNING },
  {
    kind: 'mass_organization',
    names: ['Mặt trận và tổ chức chính trị - xã hội', 'Tổ chức chính trị - xã hội', 'Đoàn thể'],
    from: BEGINNING,
  },
  { kind: 'press', names: ['Cơ quan báo chí', 'Báo, đài'], from: BEGINNING },
  { kind: 'council', names: ['Hội đồng, ban chỉ đạo', 'Hội đồng', 'Ban chỉ đạo'], from: BEGINNING },
  { kind: 'inspection_team', names: ['Đoàn kiểm tra', 'Đoàn thanh tra', 'Tổ công tác'], from: BEGINNING },
  { kind: 'other', names: ['Khác', 'Đơn vị khác'], from: BEGINNING },
];
