import { Injectable } from '@nestjs/common';
import { refusal, type Day } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { keyOf, PAGE_LENGTH, pageOf, type Page } from '#platform/http';
import { OwedPeriods, type OwedPeriod } from './owed-periods.query.js';
import { ProgressAnswers, type Named } from './progress-answers.controller.js';
import { ProgressQuery, type Clocks } from './progress.query.js';

/** On which day, and which lines of a matrix. */
export type MatrixWish = {
  readonly on?: string | undefined;
  readonly recorded?: string | undefined;
  readonly unit?: string | undefined;
  readonly field?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
};

/** What one unit has done of one row in one period. */
export type MatrixCell = {
  readonly period: number;
  readonly cutoff: Day | null;
  readonly due: Day | null;
  readonly state: OwedPeriod['state'] | 'missed';
  readonly workDay: Day | null;
  readonly late: boolean;
  readonly report: string | null;
};

/** What one unit owes of one row, with its periods. */
type Line = {
  readonly obligation: string;
  readonly met: number;
  readonly owed: number;
  readonly suspended: boolean;
  readonly periods: readonly MatrixCell[];
};

type ShownClocks = Pick<Clocks, 'on' | 'recorded' | 'position' | 'stale'>;
type Lines<Kind> = Page<Kind & Line> & { readonly total: number };

/** One unit over all rows that it owes. */
export type UnitMatrix = ShownClocks & { readonly unit: Named } & Lines<{
    readonly task: { readonly id: string; readonly code: string; readonly title: string; readonly field: string };
  }>;

/** One row over all units that owe it. */
export type RowMatrix = ShownClocks & {
  readonly task: { readonly id: string; readonly code: string; readonly title: string };
  readonly periods: readonly (Pick<MatrixCell, 'period' | 'cutoff' | 'due'> & {
    readonly accepted: number;
    readonly of: number;
  })[];
} & Lines<{ readonly unit: Named }>;

/** Who owes what, period by period, over HTTP and on the command line alike. */
@Injectable()
export class Matrices {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly periods: OwedPeriods,
    private readonly answers: ProgressAnswers,
    private readonly organization: OrganizationQuery,
  ) {}

  async ofUnit(id: string, unit: string, wish: MatrixWish): Promise<UnitMatrix> {
    const plan = await this.progress.plan(id);
    const clocks = await this.progress.clocks(wish, wish.after);
    if (!(await this.organization.unit(unit, clocks.on))) throw refusal('absent', 'organization.unit-absent');
    const cells = (await this.periods.of(plan.id, clocks, { unit })).filter(
      ({ field }) => wish.field === undefined || field === wish.field,
    );
    const lines = linesOf(cells, clocks).map(({ first, ...line }) => ({
      task: { id: first.task, code: first.code, title: first.title, field: first.field },
      ...line,
    }));
    return {
      ...shownClocks(clocks),
      unit: (await this.answers.units([unit], clocks.on))(unit),
      ...paged(lines, wish),
    };
  }

  async ofTask(id: string, wish: MatrixWish): Promise<RowMatrix> {
    const plan = await this.progress.planOf('task', id);
    const clocks = await this.progress.clocks(wish, wish.after);
    const last = await this.progress.lastInForce(plan.id, 'task', id, clocks);
    if (!last) throw refusal('absent', 'task.absent');
    const [cells, row] = await Promise.all([
      this.periods.of(plan.id, last.asOf, { task: id }),
      this.progress.row(plan.id, id, last.asOf),
    ]);
    if (!row) throw refusal('absent', 'task.absent');
    const name = await this.answers.units(
      cells.map(({ unit }) => unit),
      clocks.on,
    );
    const sorter = new Intl.Collator('vi', { numeric: true });
    const lines = linesOf(cells, last.asOf)
      .filter(({ first }) => wish.unit === undefined || first.unit === wish.unit)
      .map(({ first, ...line }) => ({ unit: name(first.unit), ...line }))
      .sort((a, b) => sorter.compare(a.unit.name, b.unit.name));
    const periods = [...new Set(cells.map(({ period }) => period))]
      .sort((a, b) => a - b)
      .map((period) => {
        const column = cells.filter((cell) => cell.period === period);
        const [{ cutoff, due } = { cutoff: null, due: null }] = column;
        const accepted = column.filter(({ state }) => state === 'accepted').length;
        return { period, cutoff, due: cutoff === null ? row.due : due, accepted, of: column.length };
      });
    return {
      ...shownClocks(clocks),
      task: { id: row.task, code: row.code, title: row.title },
      periods,
      ...paged(lines, wish),
    };
  }
}

export const shownClocks = ({ on, recorded, position, stale }: Clocks): ShownClocks => ({
  on,
  recorded,
  position,
  stale,
});

/** The cells of one obligation each as a line. */
const linesOf = (cells: readonly OwedPeriod[], { on }: Clocks): readonly (Line & { readonly first: OwedPeriod })[] => {
  const lines = new Map<string, OwedPeriod[]>();
  for (const cell of cells) lines.set(cell.obligation, [...(lines.get(cell.obligation) ?? []), cell]);
  return [...lines].map(([obligation, own]) => {
    const first = own[0] as OwedPeriod;
    return {
      first,
      obligation,
      met: own.filter(({ state }) => state === 'accepted').length,
      owed: own.length,
      suspended: first.suspended,
      periods: own.map(({ period, cutoff, due, dueThen, state, workDay, report, suspended }): MatrixCell => ({
        period,
        cutoff,
        due,
        state: state === 'nothing' && !suspended && due !== null && due < on ? 'missed' : state,
        workDay,
        late: workDay !== null && dueThen !== null && workDay > dueThen,
        report,
      })),
    };
  });
};

const paged = <Kind extends Line>(
  lines: readonly Kind[],
  wish: MatrixWish,
): Page<Kind> & { readonly total: number } => {
  const limit = wish.limit ?? PAGE_LENGTH;
  const [last] = keyOf(wish.cursor, 1) ?? [];
  const from = last === undefined ? 0 : lines.findIndex(({ obligation }) => obligation === last) + 1;
  const page = pageOf(lines.slice(from, from + limit + 1), limit, ({ obligation }) => [obligation]);
  return { items: page.items, next: page.next, total: lines.length };
};
