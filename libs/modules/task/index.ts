export type * from './obligation.events.js';
export type * from './task.events.js';
export type { ObligationCommands } from './obligation.decider.js';
export type { TaskCommands } from './task.decider.js';
export { EntryQuery, type EntryRow, type ShownEntry } from './entry.query.js';
export { ObligationBoardQuery, type OwedFacts, type RowFacts } from './obligation-board.query.js';
export { ObligationDispatch } from './obligation.handler.js';
export { TaskDispatch } from './task.handler.js';
export { TaskModule } from './task.module.js';
