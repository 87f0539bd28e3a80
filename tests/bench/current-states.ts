import pg from 'pg';
import type { Day } from '#kernel';
import type { RowState } from '#modules/progress';

const FLAGS = ['completed', 'maintained', 'started', 'awaiting', 'suspended', 'late', 'late_original'] as const;
const PERIOD_FLAGS = ['periods_overdue', 'periods_late', 'claimed', 'evidenced'] as const;

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
  count(*) filter (where not completed and not suspended and due between $2 and $2 + 15) as due_soon,
  count(*) filter (where due is null) as no_due_date,
  count(*) filter (where suspended) as suspended,
  count(*) filter (where periods_overdue) as periods_overdue,
  count(*) filter (where late) as late,
  count(*) filter (where late_original) as late_original,
  count(*) filter (where periods_late) as periods_late,
  count(*) filter (where not completed and not suspended and due between $2 and $4) as still,
  count(*) filter (where claimed) as claimed,
  count(*) filter (where evidenced) as evidenced`;

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

  async add(plan: string, rows: readonly RowState[]): Promise<void> {
    await this.pool.query(
      `insert into current_state select s.* from json_populate_recordset(null::current_state, $1::json) s`,
      [
        JSON.stringify(
          rows.map((row) => ({
            ...row,
            plan,
            original_due: row.originalDue,
            late_original: row.lateAgainstOriginal,
            periods_overdue: row.periodsOverdue,
            periods_late: row.periodsLate,
          })),
        ),
      ],
    );
  }

  async ready(): Promise<void> {
    await this.pool.query('create index on current_state (plan)');
    await this.pool.query('vacuum analyze current_state');
  }

  /** The figures of one plan, by field. */
  async ofPlan(plan: string, on: Day): Promise<readonly object[]> {
    const { rows } = await this.pool.query<object>({
      name: 'current-of-plan',
      text: `select field, ${COUNTS} from current_state where plan = $1 group by field`,
      values: [plan, on, `${on.slice(0, 4)}-01-01`, `${on.slice(0, 4)}-12-31`],
    });
    return rows;
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
