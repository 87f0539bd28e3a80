/** Time as the log tells it. */
export type CalendarEvents = {
  /** A calendar day of Asia/Ho_Chi_Minh has begun; it is the event's `on`. Days come in their order, none is left out. */
  DayBegan: { day: string };
};
