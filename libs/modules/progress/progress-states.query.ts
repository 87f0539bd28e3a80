/**
 * What both questions share. Parameters: $1 plan, $2 D, $3 P(R). A fact counts when since ≤ P(R) < until; of facts that
 * follow each other the one with the greatest day ≤ D counts, of equals the one entered last. A due date that rules read
 * from a text ranks where the text does, behind every extension of it. Of several accepted reports of one period the one
 * with the earliest work day counts.
 */
const sharedOf = (narrowed = '', { row = 'false', obligation = 'false' } = {}): string => `
  promulgated as materialized (
    select since from view_progress.promulgation
    where plan = $1 and "on" <= $2 and since <= $3 and $3 < until
  ),
  standing as materialized (
    select distinct on (task, kind) task, kind, holds, "on"
    from view_progress.standing
    where plan = $1 and "on" <= $2 and since <= $3 and $3 < until
      and entered >= (select since from promulgated)
    order by task, kind, "on" desc, entered desc
  ),
  period_days as materialized (
    select cycle, period, cutoff, due, "on",
      coalesce(lead("on") over (partition by cycle, period order by "on", since), 'infinity') as ends
    from view_progress.period
    where plan = $1 and since <= $3 and $3 < until and since >= (select since from promulgated)
  ),
  periods as materialized (
    select cycle, period, cutoff, due from period_days where "on" <= $2 and $2 < ends
  ),
  said as (
    select distinct on (task) * from view_progress.task
    where plan = $1 ${narrowed} and "on" <= $2 and since <= $3 and $3 < until and since >= (select since from promulgated)
    order by task, "on" desc, since desc
  ),
  rows_of as materialized (
    select t.*, p.periods, case when s.holds then 0 else p.fallen end as fallen,
      coalesce(s.holds, false) as suspended, d."on" as declared_on
    from said t
    cross join lateral (
      select count(*)::int as periods, (count(*) filter (where due < $2))::int as fallen
      from periods where cycle = t.cycle and period >= t."firstPeriod"
    ) p
    left join standing s on s.task = t.task and s.kind = 'suspended'
    left join standing c on c.task = t.task and c.kind = 'cancelled'
    left join standing d on d.task = t.task and d.kind = 'declared'
    where (t.holds and c.holds is not true) or ${row}
  ),
  facts_of as materialized (
    select obligation, task, unit, "on", since, holds, inherits from view_progress.obligation
    where plan = $1 ${narrowed} and "on" <= $2 and since <= $3 and $3 < until and since >= (select since from promulgated)
  ),
  owed as materialized (
    select o.obligation, o.task, o.unit, o.inherits, t.cycle, t.periods, t.fallen, t.suspended
    from (select distinct on (obligation) * from facts_of order by obligation, "on" desc, since desc) o
    join rows_of t on t.task = o.task
    where o.holds or ${obligation}
  ),
  handed_on as (
    select distinct obligation, inherits from facts_of where holds and inherits is not null
  ),
  lines as materialized (
    select obligation, obligation as source from owed
    union
    select l.obligation, b.inherits from lines l join handed_on b on b.obligation = l.source
  ),
  accepted as materialized (
    select a.obligation,
      count(*)::int as met,
      (count(*) filter (where a.due < $2))::int as fallen_met,
      max(a."on") as work_day,
      bool_or(a."on" > a.due_then) as late,
      bool_or(a."ownUnit") as own_unit
    from (
      select distinct on (l.obligation, a.period) l.obligation, a."on", a."ownUnit", p.due, w.due as due_then
      from lines l
      join view_progress.report_version a on a.obligation = l.source
      join rows_of t on t.task = a.task
      join periods p on p.cycle = t.cycle and p.period = a.period and p.period >= t."firstPeriod"
      join period_days w on w.cycle = p.cycle and w.period = p.period and w."on" <= a."on" and a."on" < w.ends
      where a.plan = $1 ${narrowed.replace('task', 'a.task')} and a.complete and a."on" <= $2 and a.since <= $3 and $3 < a.until
        and a.accepted <= $3
      order by l.obligation, a.period, a."on", a.accepted) a
    group by a.obligation
  ),
  reported as materialized (
    select l.obligation,
      count(distinct r.period) filter (where r.complete and r.returned > $3)::int as claimed,
      count(distinct r.period) filter (where r.complete and r.returned > $3 and r.evidenced)::int as evidenced,
      bool_or(r.complete and r.returned > $3 and r.accepted > $3) as waiting
    from lines l
    join view_progress.report_version r on r.obligation = l.source
    where r.plan = $1 ${narrowed.replace('task', 'r.task')} and r."on" <= $2 and r.since <= $3 and $3 < r.until
    group by l.obligation
  ),
  due_facts as materialized (
    select distinct on (subject) subject, due, ranks, entered
    from view_progress.due
    where plan = $1 and "on" <= $2 and since <= $3 and $3 < until and since >= (select since from promulgated)
    order by subject, ranks desc, entered desc, since desc
  ),
  states as (
    select o.obligation, o.task, o.unit, o.cycle, o.periods, o.fallen, o.suspended,
      coalesce(a.met, 0) as met,
      coalesce(a.met, 0) = o.periods as completed,
      coalesce(a.met, 0) > 0 and coalesce(a.fallen_met, 0) >= o.fallen as maintained,
      coalesce(a.fallen_met, 0) >= o.fallen as up_to_date,
      a.work_day,
      coalesce(a.late, false) as late,
      coalesce(a.own_unit, false) as own_unit,
      r.obligation is not null as started,
      coalesce(r.waiting, false) as waiting,
      coalesce(r.claimed, 0) >= o.periods as claimed,
      coalesce(r.evidenced, 0) >= o.periods as evidenced,
      case when own.subject is not null and (own.ranks, own.entered) > (whole.ranks, whole.entered)
        then own.due else whole.due end as due
    from owed o
    left join accepted a on a.obligation = o.obligation
    left join reported r on r.obligation = o.obligation
    left join due_facts own on own.subject = o.obligation
    left join due_facts whole on whole.subject = o.task
  )`;

const shared = sharedOf();

const rowStatesBy = (facts: string): string => `
  with recursive ${facts},
  sums as (
    select s.task,
      count(*)::int as owed,
      (count(*) filter (where s.completed))::int as met,
      (count(*) filter (where s.maintained))::int as maintained,
      (array_agg(s.work_day order by s.work_day) filter (where s.completed)) as work_days,
      bool_or(s.started) as started,
      bool_or(not s.completed and not s.suspended and s.due < $2) as overdue,
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
    select t.*, row_number() over (order by t.rank)::int as ordinal, d.due as due_in_force, t.due as original_due,
      coalesce(s.owed, 0) as owed, coalesce(s.met, 0) as met,
      coalesce(s.started, false) or (k.by_declaration and t.declared_on is not null) as started,
      coalesce(s.overdue, false) as obligation_overdue,
      coalesce(s.awaiting, false) as obligations_awaiting,
      coalesce(s.behind, false) as behind, coalesce(s.late, false) as some_period_late,
      coalesce(s.claimed, 0) as claimed, coalesce(s.evidenced, 0) as evidenced,
      coalesce(s.own_unit, false) as own_unit,
      coalesce(s.maintained, 0) as maintaining, s.work_days, k.needed, k.by_declaration
    from rows_of t
    left join sums s on s.task = t.task
    left join due_facts d on d.subject = t.task
    cross join lateral (
      select case when t.mode = 'share' then (t.share * coalesce(s.owed, 0) + 99) / 100
                  else coalesce(s.owed, 0) end as needed,
        t.mode = 'declared' or coalesce(s.owed, 0) = 0 as by_declaration) k
  ),
  done as (
    select j.*,
      case when j.by_declaration then j.declared_on
           when j.met >= j.needed then j.work_days[j.needed] end as completed_on
    from judged j
  )
  select j.task, j.ordinal, j.field, j.code, j.title, j.deliverable, j.leads, j.coordinating, j.deadline, j.cycle,
    j.mode, j.searched, j.due_in_force as due, j.original_due as "originalDue",
    j.completed_on as "workDay",
    j.owed, j.met, j.completed_on is not null as completed,
    j.completed_on is null and not j.by_declaration and j.periods > 1 and j.maintaining >= j.needed as maintained,
    j.started,
    j.completed_on is null and not j.suspended
      and case when j.by_declaration then coalesce(j.due_in_force < $2, false) else j.obligation_overdue end as overdue,
    j.completed_on is null and not j.suspended and coalesce(j.due_in_force between $2 and $4, false) as "dueSoon",
    j.completed_on is null and j.obligations_awaiting as awaiting,
    j.suspended,
    coalesce(j.completed_on > then_due.due, false) as late,
    coalesce(j.completed_on > j.original_due, false) as "lateAgainstOriginal",
    j.completed_on is null and j.behind as "periodsOverdue",
    j.some_period_late as "periodsLate",
    j.owed > 0 and j.claimed >= j.needed as claimed, j.owed > 0 and j.evidenced >= j.needed as evidenced,
    j.own_unit as "selfAccepted"
  from done j
  left join lateral (
    select f.due from view_progress.due f
    where j.completed_on is not null and f.plan = $1 and f.subject = j.task
      and f."on" <= j.completed_on and f.since <= $3 and $3 < f.until and f.since >= (select since from promulgated)
    order by f.ranks desc, f.entered desc, f.since desc limit 1) then_due on true
  order by j.ordinal`;

/** The state of every row in the base; $4 is D + 15 days. */
export const rowStates = rowStatesBy(shared);

/** The same of some rows ($5), without their places in the annex. */
export const statesOfRows = rowStatesBy(sharedOf('and task = any($5)'));

/** The same with one row ($5) that does not stand in the base. */
export const rowStatesWith = rowStatesBy(sharedOf('', { row: 't.task = $5' }));

const obligationStatesBy = (facts: string): string => `
  with recursive ${facts}
  select s.obligation, s.task, t.ordinal, t.code, t.title, s.unit, s.cycle, s.due, s.work_day as "workDay",
    s.periods as owed, s.met, s.completed, s.started, s.up_to_date as "upToDate", s.waiting,
    not s.completed and not s.suspended and coalesce(s.due < $2, false) as overdue,
    s.suspended
  from states s
  join (select *, row_number() over (order by rank)::int as ordinal from rows_of) t on t.task = s.task
  order by t.ordinal, s.unit`;

/** The state of every obligation in force. */
export const obligationStates = obligationStatesBy(shared);

/** One obligation ($4) counted with the others, whether or not it or its row is in force. */
const withObligation = sharedOf('', {
  row: 't.task = (select task from view_progress.obligation where obligation = $4 limit 1)',
  obligation: 'o.obligation = $4',
});

/** The same with one obligation ($4) that is not in force. */
export const obligationStatesWith = obligationStatesBy(withObligation);

/** The periods of one obligation ($4): cut-off, due day, what was reported and accepted, whoever had it before. */
export const obligationPeriods = `
  with recursive ${withObligation}
  select p.period, p.cutoff, p.due, a."on" as "workDay", a.acceptance, coalesce(a.report, r.report) as report,
    nullif(coalesce(a.obligation, r.obligation), o.obligation) as "reportOf",
    case when a.acceptance is not null then 'accepted'
         when r.report is null then 'nothing'
         when r.accepted then 'in-progress'
         when r.returned <= $3 then 'returned'
         else 'waiting' end as state
  from owed o
  join rows_of t on t.task = o.task
  join periods p on p.cycle = t.cycle and p.period >= t."firstPeriod"
  left join lateral (
    select a.obligation, a.report, a.acceptance, a."on" from view_progress.report_version a
    where a.obligation in (select source from lines l where l.obligation = o.obligation)
      and a.plan = $1 and a.task = o.task and a.period = p.period and a.complete
      and a."on" <= $2 and a.since <= $3 and $3 < a.until and a.accepted <= $3
    order by a."on", a.accepted limit 1) a on true
  left join lateral (
    select r.obligation, r.report, r.returned, r.accepted <= $3 as accepted from view_progress.report_version r
    where r.obligation in (select source from lines l where l.obligation = o.obligation)
      and r.plan = $1 and r.task = o.task and r.period = p.period
      and r."on" <= $2 and r.since <= $3 and $3 < r.until
    order by (r.returned > $3 and r.accepted > $3) desc, r.since desc limit 1) r on true
  where o.obligation = $4
  order by p.period`;

/**
 * All periods of all obligations in force, of one unit ($4) or row ($5) where these are given, with the report that
 * matters: the accepted one, else the one that waits, else the latest, whoever made it (`reportOf`).
 */
export const owedPeriods = `
  with recursive ${shared},
  accepted_of as materialized (
    select distinct on (l.obligation, a.period) l.obligation, a.period, a.obligation as source, a.acceptance, a.report,
      a.version, a."on"
    from lines l join view_progress.report_version a on a.obligation = l.source
    where a.plan = $1 and a.complete and a."on" <= $2 and a.since <= $3 and $3 < a.until and a.accepted <= $3
    order by l.obligation, a.period, a."on", a.accepted
  ),
  reported_of as materialized (
    select distinct on (l.obligation, r.period) l.obligation, r.period, r.obligation as source, r.report, r.version,
      r.complete, r.percent, r."on", r.returned <= $3 as returned, r.accepted <= $3 as accepted
    from lines l join view_progress.report_version r on r.obligation = l.source
    where r.plan = $1 and r."on" <= $2 and r.since <= $3 and $3 < r.until
    order by l.obligation, r.period, (r.returned > $3 and r.accepted > $3) desc, r.since desc
  )
  select s.obligation, s.task, t.ordinal, t.code, t.title, t.field, s.unit, s.cycle, s.suspended, s.periods,
    p.period, p.cutoff, coalesce(p.due, s.due) as due, coalesce(f.due, t.due) as "originalDue",
    a.acceptance, a."on" as "workDay",
    case when a.acceptance is not null then coalesce(w.due, then_due.due) end as "dueThen",
    coalesce(a.report, r.report) as report, coalesce(a.version, r.version) as version,
    coalesce(a.source, r.source) as "reportOf",
    case when a.acceptance is not null then true else r.complete end as complete,
    case when a.acceptance is not null then 100 else r.percent end as percent,
    coalesce(a."on", r."on") as "reportedDay",
    case when a.acceptance is not null then 'accepted'
         when r.report is null then 'nothing'
         when r.accepted then 'in-progress'
         when r.returned then 'returned'
         else 'waiting' end as state
  from states s
  join (select *, row_number() over (order by rank)::int as ordinal from rows_of) t on t.task = s.task
  join periods p on p.cycle = t.cycle and p.period >= t."firstPeriod"
  join period_days f on f.cycle = p.cycle and f.period = p.period and f."on" = '0001-01-01'
  left join accepted_of a on a.obligation = s.obligation and a.period = p.period
  left join period_days w on w.cycle = p.cycle and w.period = p.period and w."on" <= a."on" and a."on" < w.ends
  left join reported_of r on r.obligation = s.obligation and r.period = p.period
  left join lateral (
    select d.due from view_progress.due d
    where p.due is null and a.acceptance is not null and d.plan = $1 and d.subject in (s.obligation, s.task)
      and d."on" <= a."on" and d.since <= $3 and $3 < d.until and d.since >= (select since from promulgated)
    order by d.ranks desc, d.entered desc, d.since desc limit 1) then_due on true
  where ($4::uuid is null or s.unit = $4) and ($5::uuid is null or s.task = $5)
  order by t.ordinal, s.unit, p.period`;

/**
 * Every report that waits and may be answered, once, of one unit ($4) or row ($5) where these are given. It stands where
 * it counts: at its own obligation or one to which that was handed on, in turn; where none of them is in force, at the
 * one that began last. Of a row that left before the work was done no report may be answered.
 */
export const waitingReports = `
  with recursive ${shared},
  begun as materialized (
    select distinct on (obligation) obligation, unit, "on", since from facts_of
    where holds order by obligation, "on" desc, since desc
  ),
  holders as (
    select obligation, obligation as source from begun
    union
    select h.obligation, b.inherits from holders h join handed_on b on b.obligation = h.source
  ),
  held as materialized (
    select distinct on (h.source) h.source, b.obligation, b.unit, f.obligation is not null as counts
    from holders h
    join begun b on b.obligation = h.obligation
    left join owed f on f.obligation = h.obligation
    order by h.source, counts desc, b."on" desc, b.since desc
  )
  select o.obligation, w.obligation as "reportOf", o.unit, t.task, t.rank, t.code, t.title, t.field,
    w.report, w.version, w.period, w.complete, w.percent, w."on" as "workDay",
    coalesce(p.due, case when own.subject is not null and (own.ranks, own.entered) > (whole.ranks, whole.entered)
      then own.due else whole.due end) as due,
    o.counts
  from view_progress.report_version w
  join said t on t.task = w.task
  left join standing c on c.task = w.task and c.kind = 'cancelled' and c.holds
  join held o on o.source = w.obligation
  left join periods p on p.cycle = t.cycle and p.period = w.period
  left join due_facts own on own.subject = o.obligation
  left join due_facts whole on whole.subject = w.task
  where w.plan = $1 and w."on" <= $2 and w.since <= $3 and $3 < w.until and w.returned > $3
    and w.accepted > $3
    and coalesce(w."on" < least(case when not t.holds then t."on" end, c."on"), true)
    and ($4::uuid is null or o.unit = $4) and ($5::uuid is null or w.task = $5)`;
