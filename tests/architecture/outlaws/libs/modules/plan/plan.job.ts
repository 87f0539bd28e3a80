import '#kernel';
import '#platform/config';
import 'node:fs';
import './plan.query.js';
import './plan.handler.js';
export type { RowCommands } from './row.decider.js';
import './row.decider.js'; // breaks: rules-run-behind-the-bus
import './plan.rule.js'; // breaks: jobs-ask-and-send
