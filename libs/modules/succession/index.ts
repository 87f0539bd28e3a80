export { NextPlans, type NextMade, type NextPreview, type NextRow } from './next-plans.controller.js';
export { SuccessionModule } from './succession.module.js';
