import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, ModuleRef } from '@nestjs/core';
import { CommandBus, CqrsModule, type ICommand } from '@nestjs/cqrs';
import { Clock } from '#platform/clock';
import { CommandRunner } from '#platform/commands';
import { SETTINGS, type Settings } from '#platform/config';
import { Database } from '#platform/database';
import { EventStore, Upcasting } from '#platform/event-store';
import { FilesController, FileStore } from '#platform/files';
import { IdempotencyGuard, PermissionGuard, ProblemFilter, Sessions, validation } from '#platform/http';
import { ProcessRunner } from '#platform/processes';
import { Projector, type Parts, type ProjectorLog } from '#platform/projector';
import { Schedule, type Job } from '#platform/schedule';
import { Texts, TextsController } from '#platform/texts';

/** The opened outside world of one process, and what its modules bring along. */
export type World = {
  readonly database: Database;
  readonly store: EventStore;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly files: FileStore;
  readonly parts: readonly Parts[];
  /** Who is signed in, where no module provides it. */
  readonly sessions?: Sessions;
  readonly log?: ProjectorLog;
};

/**
 * Everything that modules find without importing it: the world as it was opened, the one way of commands, the views,
 * the processes, the jobs, and the HTTP rim (guards, filter, validation). What was opened is closed, and
 * Projector, ProcessRunner and Schedule are started and stopped, by who opened it.
 */
@Global()
@Module({})
export class PlatformModule {
  static of(world: World): DynamicModule {
    const upcasting = new Upcasting(world.parts.flatMap(({ upcasters }) => (upcasters ? [upcasters] : [])));
    const views = world.parts.flatMap((part) => part.views ?? []);
    const providers: Provider[] = [
      { provide: Database, useValue: world.database },
      { provide: EventStore, useValue: world.store },
      { provide: Clock, useValue: world.clock },
      { provide: SETTINGS, useValue: world.settings },
      { provide: FileStore, useValue: world.files },
      { provide: Upcasting, useValue: upcasting },
      { provide: Projector, useValue: new Projector(world.store, world.database, upcasting, views, world.log) },
      {
        provide: ProcessRunner,
        inject: [CommandBus, ModuleRef],
        useFactory: (bus: CommandBus, modules: ModuleRef) =>
          new ProcessRunner(
            world.store,
            world.database,
            upcasting,
            { execute: (dispatch) => bus.execute(dispatch as ICommand) },
            world.parts.flatMap((part) => part.processes ?? []),
            (facts) => modules.get(facts, { strict: false }),
            world.log,
          ),
      },
      {
        provide: Schedule,
        inject: [ModuleRef],
        useFactory: (modules: ModuleRef) =>
          new Schedule(
            () => world.parts.flatMap(({ jobs }) => jobs ?? []).map((job) => modules.get<Job>(job, { strict: false })),
            world.log,
          ),
      },
      CommandRunner,
      Texts,
      ...(world.sessions ? [{ provide: Sessions, useValue: world.sessions }] : []),
    ];
    return {
      module: PlatformModule,
      imports: [CqrsModule.forRoot()],
      controllers: [FilesController, TextsController],
      providers: [
        ...providers,
        { provide: APP_GUARD, useClass: PermissionGuard },
        { provide: APP_GUARD, useClass: IdempotencyGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useFactory: validation },
      ],
      exports: providers.map((provider) => ('provide' in provider ? (provider.provide as never) : provider)),
    };
  }
}

/** The entities of the ordinary tables of some modules, for `Database.open`. */
export const tablesOf = (parts: readonly Parts[]): readonly (new () => object)[] =>
  parts.flatMap(({ tables }) => (tables ?? []) as readonly (new () => object)[]);
