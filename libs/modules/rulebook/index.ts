export type * from './rulebook.events.js';
export type { RulebookCommands } from './rulebook.decider.js';
export { RULEBOOK, RulebookDispatch } from './rulebook.handler.js';
export { RulebookModule } from './rulebook.module.js';
export { RulebookQuery, type CalendarItem, type RuleSetInForce, type RuleSetItem } from './rulebook.query.js';
export { SHIPPED } from './shipped.query.js';
export { CalendarImports, type CalendarConfirmed, type CalendarPreview } from './calendar-imports.controller.js';
