import { Module } from '@nestjs/common';
import { OrganizationModule } from '#modules/organization';
import { ProgressModule } from '#modules/progress';
import type { Parts } from '#platform/projector';
import { CascadeAnswers } from './cascade-answers.controller.js';
import { CascadeController } from './cascade.controller.js';
import { CascadeQuery } from './cascade.query.js';
import { cascade } from './cascade.view.js';

@Module({
  imports: [OrganizationModule, ProgressModule],
  controllers: [CascadeController],
  providers: [CascadeQuery, CascadeAnswers],
  exports: [CascadeQuery, CascadeAnswers],
})
export class CascadeModule {
  static readonly parts: Parts = { views: [cascade] };
}
