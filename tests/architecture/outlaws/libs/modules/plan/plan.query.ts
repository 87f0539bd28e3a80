import '#kernel';
import '#platform/config';
import 'pg';
import './plan-board.view.js';
import './plan.table.js';
import './plan.rule.js'; // breaks: queries-read-their-own-tables
import './row.decider.js'; // breaks: queries-read-their-own-tables
import '../organization/units.view.js'; // breaks: queries-read-their-own-tables
import '#modules/organization'; // breaks: queries-read-their-own-tables
export type { Wish } from './plan.events.js';
import './plan.events.js'; // breaks: history-is-known-by-its-words
