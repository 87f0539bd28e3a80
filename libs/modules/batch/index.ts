export { Acceptances, type WaitingFilter, type WaitingReport } from './acceptances.controller.js';
export { BatchModule } from './batch.module.js';
export { BatchRuns, type RefusedLine, type RunOutcome, type RunState } from './batch-runs.controller.js';
export { StatusImports, type StatusFile, type StatusPreview } from './status-imports.controller.js';
export { StatusSheets } from './status-sheets.controller.js';
