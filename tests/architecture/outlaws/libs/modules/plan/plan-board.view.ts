import '#kernel';
import '#platform/config';
import 'pg';
import './plan.events.js';
export type { Units } from '#modules/organization';
import './plan.rule.js'; // breaks: views-follow-from-events
export type { RowCommands } from './row.decider.js'; // breaks: views-follow-from-events
import './plan-rows.view.js'; // breaks: views-follow-from-events
import './plan.table.js'; // breaks: views-follow-from-events
import '../organization/units.view.js'; // breaks: views-follow-from-events

export const seen = (): Date => new Date(); // breaks: law(no-clock)
