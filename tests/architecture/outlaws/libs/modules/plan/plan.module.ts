import '#platform/config';
import '#modules/organization';
import './plan.controller.js';
import '../organization/units.query.js'; // breaks: modules-wire-their-own
