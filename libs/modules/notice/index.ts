export type * from './notice.events.js';
export type { NoticeCommands } from './notice.decider.js';
export { NoticeDispatch, noticeIdOf } from './notice.handler.js';
export { NoticeModule } from './notice.module.js';
export { NoticeQuery, type NoticeItem } from './notice.query.js';
