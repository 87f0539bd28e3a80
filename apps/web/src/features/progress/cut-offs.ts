import type { Day } from '../../days';

const monthsOfCutOff = ['03', '06', '09', '12'];

/** The days on which the figures of the quarterly reports are cut off. */
export const cutOffs = (year: number): Day[] => monthsOfCutOff.map((month) => `${year}-${month}-14`);

/** The day on which the report with that cut-off is due, when the day is a cut-off. */
export const reportDay = (day: Day): Day | null =>
  day.endsWith('-14') && monthsOfCutOff.includes(day.slice(5, 7)) ? `${day.slice(0, 8)}20` : null;
