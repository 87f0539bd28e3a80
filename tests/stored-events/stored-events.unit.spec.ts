import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { dayOfInstant, type AnyView } from '#kernel';
import { AccessModule } from '#modules/access';
import { CalendarModule } from '#modules/calendar';
import { CascadeModule } from '#modules/cascade';
import { NoticeModule } from '#modules/notice';
import { OrganizationModule } from '#modules/organization';
import { PlanModule } from '#modules/plan';
import { ProgressModule } from '#modules/progress';
import { RulebookModule } from '#modules/rulebook';
import { TargetModule } from '#modules/target';
import { TaskModule } from '#modules/task';
import { Upcasting, type StoredEvent } from '#platform/event-store';
import type { AnyDecider } from '#platform/projector';
import { textDecider } from '#platform/texts';
import { filesBelow } from '../architecture/rooms.js';
import { MemoryRows } from '../support/memory-rows.js';
import { released, releasedLog } from '../support/stored-events.js';

const parts = [
  OrganizationModule,
  AccessModule,
  RulebookModule,
  PlanModule,
  TaskModule,
  ProgressModule,
  TargetModule,
  CalendarModule,
  CascadeModule,
  NoticeModule,
].map((module) => module.parts);
const deciders: readonly AnyDecider[] = [...parts.flatMap((part) => part.deciders ?? []), textDecider];
const views: readonly AnyView[] = parts.flatMap((part) => part.views ?? []);
const upcasters = parts.flatMap((part) => (part.upcasters ? [part.upcasters] : []));
const upcasting = new Upcasting(upcasters);

/** The names of a vocabulary: the fields of the type `…Events` of an `*.events.ts`. */
const vocabularyOf = (path: string): string[] => {
  const names: string[] = [];
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  for (const statement of file.statements) {
    if (!ts.isTypeAliasDeclaration(statement) || !statement.name.text.endsWith('Events')) continue;
    if (!ts.isTypeLiteralNode(statement.type)) throw new Error(`${path}: ${statement.name.text} is no plain table`);
    for (const member of statement.type.members) if (member.name) names.push(member.name.getText());
  }
  return names;
};

const declared = filesBelow(process.cwd(), 'libs')
  .filter((path) => path.endsWith('.events.ts'))
  .flatMap(vocabularyOf);
const types = released();
const log = releasedLog();

describe('the memory of the past', () => {
  it('holds every event that any module can record', () => {
    expect(declared.length).toBeGreaterThan(25);
    const kept = new Set(types.map(({ type, schema }) => `${type}@${schema}`));
    const present = declared.map((type) => `${type}@${upcasting.schemaOf(type)}`);
    expect(present.filter((name) => !kept.has(name))).toEqual([]);
  });

  it('holds every shape from which an upcaster leads on', () => {
    const kept = new Set(types.map(({ type, schema }) => `${type}@${schema}`));
    expect(upcasters.flatMap((table) => Object.keys(table)).filter((name) => !kept.has(name))).toEqual([]);
  });

  it('is kept by type and version, each event in one place', () => {
    for (const { type, schema, events } of types) {
      expect(events.length).toBeGreaterThan(0);
      expect(new Set(events.map((event) => `${event.type}@${event.schema}`))).toEqual(new Set([`${type}@${schema}`]));
    }
    expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
    expect(new Set(log.map(({ position }) => position)).size).toBe(log.length);
  });

  const streams = new Map<string, StoredEvent[]>();
  for (const event of log) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);

  it.each([...streams])('still folds: %s', (stream, events) => {
    const decider = deciders.find(({ category }) => stream.startsWith(`${category}-`));
    if (!decider) throw new Error(`no rules for ${stream}`);
    expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
    let state = decider.initial;
    for (const event of events) {
      const { type, data } = upcasting.current(event);
      const evolve = Object.hasOwn(decider.evolve, type) ? decider.evolve[type] : undefined;
      if (!evolve) throw new Error(`no rule knows ${type}`);
      const { actor, on, revision, position: at } = event;
      const before = state;
      state = evolve(state, data, { actor, on, revision, at, recorded: dayOfInstant(event.recorded) });
      expect(state).toBeDefined();
      // Rows of a plan are filled in place.
      if (decider.category !== 'plan') expect(state).not.toBe(before);
    }
  });

  it.each(views.map((view) => [view.name, view] as const))('still projects: %s', (_, view) => {
    const rows = new MemoryRows(view);
    const heard = new Set(log.filter((event) => rows.see(event, upcasting)).map(({ type }) => type));
    expect([...heard].sort()).toEqual(Object.keys(view.on).sort());
    const filled = view.tables.filter((table) => rows.all(table).length > 0);
    expect(filled.map(({ name }) => name)).toEqual(view.tables.map(({ name }) => name));
  });
});
