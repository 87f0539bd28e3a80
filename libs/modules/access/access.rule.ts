/** What each role may do. A role without a right is not in this table; a right that no role has reaches nobody. */
export const ROLES = {
  /** Điều phối viên: plans, acceptance, corrections. */
  coordinator: ['read', 'report', 'coordinate', 'plan'],
  /** Cán bộ báo cáo của đơn vị. */
  reporter: ['read', 'report'],
  /** Thủ trưởng đơn vị. */
  head: ['read', 'report'],
  /** Kiểm tra viên, thanh tra. */
  inspector: ['read'],
  /** Lãnh đạo. */
  leader: ['read'],
  /** Quản trị: accounts, units, erasing of texts. */
  administrator: ['read', 'administer'],
} as const;
