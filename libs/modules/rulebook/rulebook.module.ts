import { Module } from '@nestjs/common';
import type { Parts } from '#platform/projector';
import { CalendarImport } from './calendar-import.table.js';
import { CalendarImports } from './calendar-imports.controller.js';
import { CalendarsController } from './calendars.controller.js';
import { RuleSetsController } from './rule-sets.controller.js';
import { rulebook } from './rulebook.decider.js';
import { RulebookFactsReader } from './rulebook.facts.js';
import { RulebookHandler } from './rulebook.handler.js';
import { RulebookQuery } from './rulebook.query.js';
import { rules } from './rulebook.view.js';

@Module({
  controllers: [CalendarsController, RuleSetsController],
  providers: [RulebookHandler, RulebookFactsReader, RulebookQuery, CalendarImports],
  exports: [RulebookQuery, CalendarImports],
})
export class RulebookModule {
  static readonly parts: Parts = { deciders: [rulebook], views: [rules], tables: [CalendarImport] };
}
