import '#kernel';
import '#platform/config';
import '#modules/organization';
import 'pg';
import './plan.query.js';
export type { RowCommands } from './row.decider.js';
import './row.decider.js'; // breaks: rules-run-behind-the-bus
import './plan-board.view.js'; // breaks: facts-ask-questions
import './plan.controller.js'; // breaks: facts-ask-questions
import '../organization/units.query.js'; // breaks: facts-ask-questions
export type { Wish } from './plan.events.js';
import './plan.events.js'; // breaks: history-is-known-by-its-words
