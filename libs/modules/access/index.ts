export { AccessModule } from './access.module.js';
export { Accounts, type AccountItem, type NewAccount } from './account.table.js';
