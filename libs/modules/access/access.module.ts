import { Global, Module } from '@nestjs/common';
import { OrganizationModule } from '#modules/organization';
import { Clock } from '#platform/clock';
import { SETTINGS, type Settings } from '#platform/config';
import { Database } from '#platform/database';
import { People, Sessions } from '#platform/http';
import type { Parts } from '#platform/projector';
import { ROLES } from './access.rule.js';
import { AccountNames, AccountRow, Accounts, Roles } from './account.table.js';
import { AccountsController } from './accounts.controller.js';
import { InstallationController } from './installation.controller.js';
import { AccessSessions, SessionRow } from './session.table.js';
import { SessionsController } from './sessions.controller.js';
import { SignInAttempt, SignInAttempts } from './sign-in-attempt.table.js';

const roles = new Roles(ROLES);

@Global()
@Module({
  imports: [OrganizationModule],
  controllers: [InstallationController, SessionsController, AccountsController],
  providers: [
    {
      provide: Accounts,
      useFactory: (database: Database, clock: Clock) => new Accounts(database, clock, roles),
      inject: [Database, Clock],
    },
    { provide: People, useFactory: (database: Database) => new AccountNames(database), inject: [Database] },
    {
      provide: SignInAttempts,
      useFactory: (database: Database, clock: Clock) => new SignInAttempts(database, clock),
      inject: [Database, Clock],
    },
    {
      provide: AccessSessions,
      useFactory: (database: Database, clock: Clock, settings: Settings) =>
        new AccessSessions(database, clock, roles, settings),
      inject: [Database, Clock, SETTINGS],
    },
    { provide: Sessions, useExisting: AccessSessions },
  ],
  exports: [Accounts, People, Sessions],
})
export class AccessModule {
  static readonly parts: Parts = { tables: [AccountRow, SessionRow, SignInAttempt] };
}
