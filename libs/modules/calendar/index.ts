export type * from './calendar.events.js';
export { CALENDAR, CalendarDispatch } from './calendar.handler.js';
export { BeginDaysJob } from './begin-days.job.js';
export { CalendarModule } from './calendar.module.js';
