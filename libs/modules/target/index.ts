export type * from './target.events.js';
export type { TargetCommands } from './target.decider.js';
export { TargetDispatch } from './target.handler.js';
export { TargetModule } from './target.module.js';
export { TargetQuery, type TargetCounts, type TargetState } from './target.query.js';
export { TargetAnswers, type TargetsAnswer } from './target-answers.controller.js';
