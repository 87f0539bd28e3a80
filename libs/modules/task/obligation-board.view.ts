import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { needed, type Seen, type View } from '#kernel';
import type { PlanEvents } from '#modules/plan';
import { idOf } from '#platform/commands';
import type { ObligationEvents } from './obligation.events.js';
import type { TaskEvents } from './task.events.js';

/** What a row of a draft would oblige to. */
@Entity('drafted')
export class Drafted {
  @PrimaryColumn('uuid') row!: string;
  @Column('date', { nullable: true }) due!: string | null;
  @Column('text') cycle!: string;
  @Column('text') deadline!: string;
}

/** An extension of a row as it stands now; `at` is the position at which it was first recorded. */
export type StandingExtension = { entry: string; due: string; effect: string; at: string };

/** A row of a promulgated plan as it stands now. */
@Entity('row')
export class OwedRow {
  @PrimaryColumn('uuid') task!: string;
  @Column('uuid') plan!: string;
  @Column('date', { nullable: true }) due!: string | null;
  /** Where the row's promulgation stands in the log. */
  @Column('bigint') at!: string;
  @Column('jsonb') periods!: number[];
  @Column('jsonb') extensions!: StandingExtension[];
}

/** Who owes what, now. */
@Entity('owed')
export class Owed {
  @PrimaryColumn('uuid') obligation!: string;
  @Column('uuid') plan!: string;
  @Index() @Column('uuid') task!: string;
  @Index() @Column('uuid') unit!: string;
}

type BoardEvents = PlanEvents & ObligationEvents & TaskEvents;

const rowOf = (task: string) => needed(OwedRow, { task });

/** What the rules of obligations and rows read: who owes a row, by which periods, and its due dates as they stand. */
export const obligationBoard: View<BoardEvents> = {
  name: 'obligation-board',
  tables: [Drafted, OwedRow, Owed],
  needs: {
    RowEdited: ({ data }) => [needed(Drafted, { row: data.row })],
    RowRemoved: ({ data }) => [needed(Drafted, { row: data.row })],
    PlanPromulgated: ({ data }) => data.obliged.flatMap(({ rows }) => rows.map((row) => needed(Drafted, { row }))),
    TaskExtended: ({ id }) => [rowOf(id)],
    TaskExtensionCorrected: ({ id }) => [rowOf(id)],
    TaskExtensionWithdrawn: ({ id }) => [rowOf(id)],
  },
  on: {
    RowAdded: ({ data: { row, content } }, rows) => {
      const { due, cycle, deadline } = content;
      rows.add(Drafted, { row, due, cycle, deadline });
    },
    RowEdited: ({ data: { row, content } }, rows) => {
      const { due, cycle, deadline } = content;
      rows.change(Drafted, { row }, { due, cycle, deadline });
    },
    RowRemoved: ({ data: { row } }, rows) => rows.remove(Drafted, { row }),
    PlanPromulgated: ({ id: plan, data, at }, rows) => {
      for (const { rows: tasks, units } of data.obliged) {
        for (const task of tasks) {
          const drafted = rows.find(Drafted, { row: task });
          if (!drafted) throw new Error(`no row ${task}`);
          const periods = data.periods[drafted.cycle as keyof typeof data.periods].map(({ period }) => period);
          rows.add(OwedRow, { task, plan, due: drafted.due, at, periods, extensions: [] });
          for (const unit of units) rows.add(Owed, { obligation: idOf(task, unit), plan, task, unit });
        }
      }
    },
    TaskExtended: (event, rows) =>
      change(rows, event.id, (extensions) => [
        ...extensions,
        { entry: event.data.entry, due: event.data.due, effect: event.on, at: event.at },
      ]),
    TaskExtensionCorrected: ({ id, data }, rows) =>
      change(rows, id, (extensions) =>
        extensions.map((old) => (old.entry === data.extension ? { ...old, due: data.due, effect: data.effect } : old)),
      ),
    TaskExtensionWithdrawn: ({ id, data }, rows) =>
      change(rows, id, (extensions) => extensions.filter(({ entry }) => entry !== data.extension)),
  },
};

type Handler = NonNullable<(typeof obligationBoard)['on']['TaskExtended']>;

const change = (
  rows: Parameters<Handler>[1],
  task: Seen<BoardEvents, 'TaskExtended'>['id'],
  how: (extensions: StandingExtension[]) => StandingExtension[],
): void => {
  const row = rows.find(OwedRow, { task });
  if (!row) throw new Error(`no row ${task}`);
  rows.change(OwedRow, { task }, { extensions: how(row.extensions) });
};
