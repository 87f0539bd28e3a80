import { Module } from '@nestjs/common';
import { OrganizationModule } from '#modules/organization';
import { Database } from '#platform/database';
import type { Parts } from '#platform/projector';
import { NoticeController } from './notice.controller.js';
import { notice } from './notice.decider.js';
import { NoticeHandler } from './notice.handler.js';
import { NoticeQuery } from './notice.query.js';
import { NoticeReading, NoticeReadings } from './notice-reading.table.js';
import { notices } from './notices.view.js';

@Module({
  imports: [OrganizationModule],
  controllers: [NoticeController],
  providers: [
    NoticeHandler,
    NoticeQuery,
    { provide: NoticeReadings, useFactory: (database: Database) => new NoticeReadings(database), inject: [Database] },
  ],
  exports: [NoticeQuery],
})
export class NoticeModule {
  static readonly parts: Parts = { deciders: [notice], views: [notices], tables: [NoticeReading] };
}
