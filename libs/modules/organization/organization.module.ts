import { Module } from '@nestjs/common';
import type { Parts } from '#platform/projector';
import { OrganizationHandler } from './organization.handler.js';
import { OrganizationQuery } from './organization.query.js';
import { posts } from './posts.view.js';
import { units } from './units.view.js';

@Module({
  controllers: [],
  providers: [OrganizationHandler, OrganizationQuery],
  exports: [OrganizationQuery],
})
export class OrganizationModule {
  static readonly parts: Parts = { views: [units, posts] };
}
