import '#kernel';
import '#platform/config';
import 'pg';
import '#modules/organization';
import './plan.rule.js'; // breaks: processes-hear-and-send
import './plan-board.view.js'; // breaks: processes-hear-and-send
import './plan.controller.js'; // breaks: processes-hear-and-send
import '#modules/plan'; // breaks: processes-hear-and-send

export const heard = (): number => performance.now(); // breaks: law(no-clock)
