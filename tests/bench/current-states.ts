import pg from 'pg';
import { OPEN, type Day } from '#kernel';
import { STATE } from '#modules/progress';

const FLAGS = ['completed', 'maintained', 'started', 'awaiting', 'suspended', 'late', 'late_original'] as const;
const PERIOD_FLAGS = ['periods_overdue', 'periods_late', 'claimed', 'evidenced'] as const;

/** In the order of the figures' names in counting.md; the last three are for forecast and grades. */
const COUNTS = `
  count(*) as tasks,
  count(*) filter (where completed) as completed,
  count(*) filter (where completed or maintained) as carried_out,
  count(*) filter (where started) as started,
  count(*) filter (where due <= $2) as due,
  count(*) filter (where completed and due <= $2) as completed_of_due,
  count(*) filter (where due between $3 and $4) as due_in_year,
  count(*) filter (where completed and due between $3 and $4) as completed_of_year,
  count(*) filter (where original_due <= $2) as planned,
  count(*) filter (where not completed and not suspended and due < $2) as overdue,
  count(*) filter (where not completed and not suspended and due < $2 and awaiting) as overdue_awaiting,
  count(*) filter (where awaiting) as awaiting,
  count(*) filter (where not completed and not suspended and due between $2 and $2::date + 15) as due_soon,
  count(*) filter (where due is null) as no_due_date,
  count(*) filter (where suspended) as suspended,
  count(*) filter (where periods_overdue) as periods_overdue,
  count(*) filter (where late) as late,
  count(*) filter (where late_original) as late_original,
  count(*) filter (where periods_late) as periods_late,
  count(*) filter (where not completed and not suspended and due between $2 and $4) as still,
  count(*) filter (where claimed) as claimed,
  count(*) filter (where evidenced) as evidenced`;

type Counted = Readonly<Record<string, string>> & { readonly field: string };
const sumOf = (rows: readonly Counted[]): string => {
  const sums = new Map<string, number>();
  for (const { field: _, ...counts } of rows) {
    for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + Number(count));
  }
  return [...sums.values()].slice(0, 19).join(' ');
};

/**
 * The baseline of all figures: a plain table with one row for each task as it stands now and an ordinary index on the
 * plan. It knows one day only, and is asked what the figures of that day are.
 */
export class CurrentStates {
  private constructor(private readonly pool: pg.Pool) {}

  static async open(url: string): Promise<CurrentStates> {
    const pool = new pg.Pool({ connectionString: url, max: 10 });
    pool.on('error', () => undefined);
    await pool.query(
      `create table current_state (
         task uuid primary key, plan uuid not null, field text not null, due date, original_due date,
         ${[...FLAGS, ...PERIOD_FLAGS].map((flag) => `${flag} boolean not null`).join(', ')})`,
    );
    return new CurrentStates(pool);
  }

  /** Takes in what the view says of now, which is the day of the question. */
  async fill(on: Day): Promise<void> {
    const { base, completed, maintained, started, awaiting, suspended, late, lateAgainstOriginal } = STATE;
    const flags = [completed, maintained, started, awaiting, suspended, late, lateAgainstOriginal]
      .concat([STATE.periodsOverdue, STATE.periodsLate, STATE.claimed, STATE.evidenced])
      .map((flag) => `state & ${flag} <> 0`);
    await this.pool.query(
      `insert into current_state
       select task, plan, field,
         (select d.due from view_progress.due d where d.plan = s.plan and d.subject = s.task and d.until = ${OPEN} and d."on" <= $1
          order by d.ranks desc, d.entered desc limit 1),
         (select t.due from view_progress.task t where t.task = s.task and t.plan = s.plan limit 1),
         ${flags.join(', ')}
       from (
         select r.task, p.plan, r.field, r.states[width_bucket($1::date, r.days)] as state
         from view_progress.row_now r join view_progress.promulgation p on p.since = r.promulgation
       ) s
       where state & ${base} <> 0`,
      [on],
    );
    await this.pool.query('create index on current_state (plan)');
    await this.pool.query('vacuum analyze current_state');
  }

  /** The figures of one plan, by field, summed. */
  async ofPlan(plan: string, on: Day): Promise<string> {
    const { rows } = await this.pool.query<Counted>({
      name: 'current-of-plan',
      text: `select field, ${COUNTS} from current_state where plan = $1 group by field`,
      values: [plan, on, `${on.slice(0, 4)}-01-01`, `${on.slice(0, 4)}-12-31`],
    });
    return sumOf(rows);
  }

  /** The figures of the plans of some units, by field, summed. */
  async ofUnits(units: readonly string[], on: Day): Promise<string> {
    const { rows } = await this.pool.query<Counted>({
      name: 'current-of-units',
      text: `select field, ${COUNTS} from current_state
        where plan in (select plan from view_progress.plan where unit = any($1)) group by field`,
      values: [units, on, `${on.slice(0, 4)}-01-01`, `${on.slice(0, 4)}-12-31`],
    });
    return sumOf(rows);
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
