const ROMAN = ['I', 'II', 'III', 'IV'];

/** What a period of a cycle is called in Vietnamese; nothing where a row is met once. */
export const periodName = (cycle: string, period: number): string => {
  if (cycle === 'quarterly') return `Quý ${ROMAN[period - 1] ?? period}`;
  return cycle === 'monthly' ? `Tháng ${period}` : '';
};
