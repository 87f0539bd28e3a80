export type * from './plan.events.js';
export type { PlanCommands, RowInput } from './plan.decider.js';
export { planIdOf } from './plan.controller.js';
export { PlanDispatch } from './plan.handler.js';
export { PlanModule } from './plan.module.js';
export { PlanQuery, type AnnexItem, type PlanActItem, type PlanItem } from './plan.query.js';
export { fieldsOf } from './field.rule.js';
export { PlanImports, type ImportAnswer } from './plan-imports.controller.js';
