import '#kernel';
import '#platform/config';
import 'node:stream';
import 'pg';
import '#modules/organization';
import './plan.handler.js';
import './plan.query.js';
import './plan.table.js';
import './plan.format.js';
export type { RowCommands } from './row.decider.js';
import './row.decider.js'; // breaks: rules-run-behind-the-bus
import './plan-board.view.js'; // breaks: controllers-speak-http
export type { Wish } from './plan.events.js';
import './plan.events.js'; // breaks: history-is-known-by-its-words
import './preview.controller.js';
import './plan.rule.js'; // breaks: controllers-speak-http
import '../organization/units.query.js'; // breaks: controllers-speak-http

const sent = async (): Promise<void> => {};
sent(); // breaks: typescript(no-floating-promises)
