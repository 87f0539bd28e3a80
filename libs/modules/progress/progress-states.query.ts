/**
 * What both questions share. Parameters: $1 plan, $2 D, $3 P(R). A fact counts when since ≤ P(R) < until; of facts that
 * follow each other the one with the greatest day ≤ D counts, of equals the one entered last.
 */
const shared = `
  rows_of as materialized (
    select t.* from view_progress.task t
    where t.plan = $1 and t."on" <= $2 and t.since <= $3 and $3 < t.until
  ),
  cycles as materialized (
    select cycle, count(*)::int as periods, (count(*) filter (where due < $2))::int as fallen
    from view_progress.period
    where plan = $1 and since <= $3 and $3 < until
    group by cycle
  ),
  owed as (
    select o.obligation, o.task, o.unit, t.cycle, c.periods, c.fallen
    from view_progress.obligation o
    join rows_of t on t.task = o.task
    join cycles c on c.cycle = t.cycle
    where o.plan = $1 and o."on" <= $2 and o.since <= $3 and $3 < o.until
  ),
  accepted as materialized (
    select a.obligation,
      count(distinct a.period)::int as met,
      (count(distinct a.period) filter (where p.due < $2))::int as fallen_met,
      max(a."on") as work_day,
      bool_or(a."on" > p.due) as late,
      bool_or(a."ownUnit") as own_unit
    from view_progress.acceptance a
    join rows_of t on t.task = a.task
    join view_progress.period p
      on p.plan = a.plan and p.cycle = t.cycle and p.period = a.period and p.since <= $3 and $3 < p.until
    where a.plan = $1 and a.complete and a."on" <= $2 and a.since <= $3 and $3 < a.until
    group by a.obligation
  ),
  reported as materialized (
    select r.obligation,
      count(distinct r.period) filter (where r.complete and r.returned > $3)::int as claimed,
      count(distinct r.period) filter (where r.complete and r.returned > $3 and r.evidenced)::int as evidenced,
      bool_or(r.complete and r.returned > $3 and not exists (
        select from view_progress.acceptance x
        where x.report = r.report and x.since <= $3 and $3 < x.until)) as waiting
    from view_progress.report_version r
    where r.plan = $1 and r."on" <= $2 and r.since <= $3 and $3 < r.until
    group by r.obligation
  ),
  due_facts as materialized (
    select distinct on (subject) subject, due, "on", entered
    from view_progress.due
    where plan = $1 and "on" <= $2 and since <= $3 and $3 < until
    order by subject, "on" desc, entered desc
  ),
  states as (
    select o.obligation, o.task, o.unit, o.cycle, o.periods, o.fallen,
      coalesce(a.met, 0) as met,
      coalesce(a.met, 0) = o.periods as completed,
      coalesce(a.met, 0) > 0 and coalesce(a.fallen_met, 0) = o.fallen as maintained,
      coalesce(a.fallen_met, 0) = o.fallen as up_to_date,
      a.work_day,
      coalesce(a.late, false) as late,
      coalesce(a.own_unit, false) as own_unit,
      r.obligation is not null as started,
      coalesce(r.waiting, false) as waiting,
      coalesce(r.claimed, 0) >= o.periods as claimed,
      coalesce(r.evidenced, 0) >= o.periods as evidenced,
      case when own.subject is not null and (own."on", own.entered) > (whole."on", whole.entered)
        then own.due else whole.due end as due
    from owed o
    left join accepted a on a.obligation = o.obligation
    left join reported r on r.obligation = o.obligation
    left join due_facts own on own.subject = o.obligation
    left join due_facts whole on whole.subject = o.task
  )`;

/** The state of every row in the base; $4 is D + 15 days. */
export const rowStates = `
  with ${shared},
  sums as (
    select s.task,
      count(*)::int as owed,
      (count(*) filter (where s.completed))::int as met,
      (count(*) filter (where s.maintained))::int as maintained,
      (array_agg(s.work_day order by s.work_day) filter (where s.completed)) as work_days,
      bool_or(s.started) as started,
      bool_or(not s.completed and s.due < $2) as overdue,
      coalesce(bool_and(s.waiting) filter (where not s.completed), false) as awaiting,
      bool_or(not s.up_to_date) as behind,
      bool_or(s.late) as late,
      (count(*) filter (where s.claimed))::int as claimed,
      (count(*) filter (where s.evidenced))::int as evidenced,
      bool_or(s.own_unit) as own_unit
    from states s
    group by s.task
  ),
  judged as (
    select t.*, c.periods, d.due as due_in_force, t.due as original_due,
      coalesce(s.owed, 0) as owed, coalesce(s.met, 0) as met,
      coalesce(s.started, false) as started, coalesce(s.overdue, false) as obligation_overdue,
      coalesce(s.awaiting, false) as obligations_awaiting,
      coalesce(s.behind, false) as behind, coalesce(s.late, false) as some_period_late,
      coalesce(s.claimed, 0) as claimed, coalesce(s.evidenced, 0) as evidenced,
      coalesce(s.own_unit, false) as own_unit,
      coalesce(s.maintained, 0) as maintaining, s.work_days,
      k.needed,
      t.mode <> 'declared' and coalesce(s.owed, 0) > 0 and s.met >= k.needed as completed
    from rows_of t
    join cycles c on c.cycle = t.cycle
    left join sums s on s.task = t.task
    left join due_facts d on d.subject = t.task
    cross join lateral (
      select case when t.mode = 'share' then (t.share * coalesce(s.owed, 0) + 99) / 100
                  else coalesce(s.owed, 0) end as needed) k
  )
  select j.task, j.ordinal, j.field, j.code, j.title, j.deliverable, j.leads, j.coordinating, j.deadline, j.cycle,
    j.mode, j.searched, j.due_in_force as due, j.original_due as "originalDue",
    case when j.completed then j.work_days[j.needed] end as "workDay",
    j.owed, j.met, j.completed,
    not j.completed and j.mode <> 'declared' and j.periods > 1 and j.owed > 0 and j.maintaining >= j.needed
      as maintained,
    j.started,
    not j.completed and case when j.mode = 'declared' then coalesce(j.due_in_force < $2, false)
                             else j.obligation_overdue end as overdue,
    not j.completed and coalesce(j.due_in_force between $2 and $4, false) as "dueSoon",
    not j.completed and j.obligations_awaiting as awaiting,
    false as suspended,
    j.completed and coalesce(j.work_days[j.needed] > then_due.due, false) as late,
    j.completed and coalesce(j.work_days[j.needed] > j.original_due, false) as "lateAgainstOriginal",
    not j.completed and j.periods > 1 and j.behind as "periodsOverdue",
    j.periods > 1 and j.some_period_late as "periodsLate",
    j.owed > 0 and j.claimed >= j.needed as claimed, j.owed > 0 and j.evidenced >= j.needed as evidenced,
    j.own_unit as "selfAccepted"
  from judged j
  left join lateral (
    select f.due from view_progress.due f
    where j.completed and f.plan = $1 and f.subject = j.task
      and f."on" <= j.work_days[j.needed] and f.since <= $3 and $3 < f.until
    order by f."on" desc, f.entered desc limit 1) then_due on true
  order by j.ordinal`;

/** The state of every obligation in force. */
export const obligationStates = `
  with ${shared}
  select s.obligation, s.task, t.ordinal, t.code, t.title, s.unit, s.cycle, s.due, s.work_day as "workDay",
    s.periods as owed, s.met, s.completed, s.started, s.up_to_date as "upToDate", s.waiting,
    not s.completed and coalesce(s.due < $2, false) as overdue,
    false as suspended
  from states s
  join rows_of t on t.task = s.task
  order by t.ordinal, s.unit`;
