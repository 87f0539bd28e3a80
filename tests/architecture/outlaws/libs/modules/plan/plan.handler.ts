import '#kernel';
import '#platform/config';
import 'pg';
import './plan.decider.js';
import './plan.facts.js';
import './plan-board.view.js'; // breaks: handlers-are-doors
import './plan.controller.js'; // breaks: handlers-are-doors
import '#modules/organization'; // breaks: handlers-are-doors
