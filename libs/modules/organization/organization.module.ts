import { Module } from '@nestjs/common';
import type { Parts } from '#platform/projector';
import { organization } from './organization.decider.js';
import { OrganizationFactsReader } from './organization.facts.js';
import { OrganizationHandler } from './organization.handler.js';
import { OrganizationQuery } from './organization.query.js';
import { ReorganisationController } from './reorganisation.controller.js';
import { ReorganisationQuery } from './reorganisation.query.js';
import { Reorganisations } from './reorganisations.controller.js';
import { reorganisations } from './reorganisations.view.js';
import { RunningWork } from './running-work.query.js';
import { PostAnswers } from './post-answers.controller.js';
import { UnitAnswers } from './unit-answers.controller.js';
import { PostsController } from './posts.controller.js';
import { UnitClassesController } from './unit-classes.controller.js';
import { UnitsController } from './units.controller.js';
import { UnitsImportController } from './units-import.controller.js';
import { UnitsImports } from './units-imports.controller.js';
import { UnitsImport } from './units-import.table.js';
import { posts } from './posts.view.js';
import { units } from './units.view.js';

@Module({
  controllers: [
    UnitsImportController,
    UnitsController,
    UnitClassesController,
    PostsController,
    ReorganisationController,
  ],
  providers: [
    OrganizationHandler,
    OrganizationFactsReader,
    OrganizationQuery,
    UnitsImports,
    ReorganisationQuery,
    Reorganisations,
    RunningWork,
    PostAnswers,
    UnitAnswers,
  ],
  exports: [OrganizationQuery, UnitAnswers, UnitsImports, ReorganisationQuery, Reorganisations, RunningWork],
})
export class OrganizationModule {
  static readonly parts: Parts = {
    deciders: [organization],
    views: [units, posts, reorganisations],
    tables: [UnitsImport],
  };
}
