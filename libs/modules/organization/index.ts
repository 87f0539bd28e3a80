export type * from './organization.events.js';
export type { NewUnit, OrganizationCommands } from './organization.decider.js';
export { ORGANIZATION, OrganizationDispatch } from './organization.handler.js';
export { OrganizationModule } from './organization.module.js';
export { OrganizationQuery, type PostOn, type UnitNode } from './organization.query.js';
export type { ClassOn, KindOn, UnitOn } from './unit-graph.query.js';
export { UnitsImports, type UnitsConfirmed, type UnitsPreview } from './units-imports.controller.js';
