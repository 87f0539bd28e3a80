export { CascadeAnswers, type ChildrenAnswer } from './cascade-answers.controller.js';
export { CascadeModule } from './cascade.module.js';
export { CascadeQuery, type ChildPlan, type ChildRow } from './cascade.query.js';
