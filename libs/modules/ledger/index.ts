export { ChasePapers, type ChaseAnswer, type ChaseWish, type LetterWish } from './chase-papers.controller.js';
export type { ChaseItem } from './chase.controller.js';
export type { Paper } from './handed-out.controller.js';
export { LedgerPapers, type ExtensionsAnswer, type LatenessAnswer } from './ledger-papers.controller.js';
export { LedgerModule } from './ledger.module.js';
