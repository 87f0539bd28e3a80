/** A calendar day as the server writes it, `YYYY-MM-DD`, in Asia/Ho_Chi_Minh. */
export type Day = string;

const shape = /^\d{4}-\d{2}-\d{2}$/;
/** The days that the server knows. */
export const [firstDay, lastDay]: [Day, Day] = ['1900-01-01', '2200-12-31'];

export const isDay = (text: string | null | undefined): text is Day =>
  !!text &&
  shape.test(text) &&
  text >= firstDay &&
  text <= lastDay &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  plus(text, 0) === text;

export const plus = (day: Day, days: number): Day => {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
};

/** As documents write it (Decree 30/2020): zeros before days under ten and before January and February: `09/4`, `30/01`. */
export const shortDayText = (day: Day): string => {
  const month = Number(day.slice(5, 7));
  return `${day.slice(8, 10)}/${month < 3 ? `0${month}` : month}`;
};

/** `2026-03-20` → `20/3/2026`. */
export const dayText = (day: Day): string => `${shortDayText(day)}/${day.slice(0, 4)}`;

const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Ho_Chi_Minh',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** The instant as the wall clock in Việt Nam showed it. */
export const instantParts = (instant: string): { day: string; time: string } => {
  const [day = '', time = ''] = clock.format(new Date(instant)).split(' ');
  return { day: dayText(day), time };
};

/** The day of an instant in Việt Nam. */
export const dayOfInstant = (instant: string): Day => clock.format(new Date(instant)).slice(0, 10);

/** The last days of the twelve months of a year. */
export const monthEnds = (year: number): Day[] =>
  Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(year, month + 1, 0)).toISOString().slice(0, 10));
