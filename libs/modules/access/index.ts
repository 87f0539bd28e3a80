export { AccessModule } from './access.module.js';
export { AccountNames, Accounts, type AccountItem, type NewAccount } from './account.table.js';
