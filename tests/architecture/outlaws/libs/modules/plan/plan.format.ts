import '#kernel';
import 'node:zlib';
import 'saxes';
import './plan.rule.js';
import '#platform/config'; // breaks: formats-know-files-only
import './plan-board.view.js'; // breaks: formats-know-files-only
