export { SettlementModule } from './settlement.module.js';
export { Settlements, type Outcome, type Outcomes, type Unsettled, type Wish } from './settlements.controller.js';
