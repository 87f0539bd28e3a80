import '#kernel';
import '#platform/config';
import 'pg';
import './preview.table.js';
import './plan.events.js'; // breaks: tables-are-ordinary
