export { SettlementModule } from './settlement.module.js';
export { Settlements, type Outcome, type Outcomes, type Unsettled } from './settlements.controller.js';
