import './plan.decider.js';
import '../organization/units.query.js';
import '../../../tests/support/given.js';
