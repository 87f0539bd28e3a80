import { dayInWords } from '#kernel';
import { PlanAnswers, PlanQuery, type PlanAnswer } from '#modules/plan';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { ALL, columns, say } from './terminal.js';

/** What `camket plan list` is told. */
export type PlansOptions = { readonly year?: number; readonly json?: boolean };

/** Lists the plans, the newest year first. */
export const listPlans = async (context: Context, { year, json }: PlansOptions): Promise<Exit> => {
  await context.caughtUp(['plans']);
  const { items, next } = await context.get(PlanQuery).page({ year, limit: ALL });
  const plans = await context.get(PlanAnswers).shown(items);
  await say(json ? { items: plans, next } : inWords(plans));
  return EXIT.done;
};

const STATUSES = { draft: 'Dự thảo', promulgated: 'Đang thực hiện', closed: 'Đã đóng' } as const;

const inWords = (plans: readonly PlanAnswer[]): string => {
  if (plans.length === 0) return 'Chưa có kế hoạch nào.';
  const rows = plans.map(({ code, year, unit, status, effect, rows: count, title }) => [
    code,
    String(year),
    String(count),
    `${STATUSES[status]}${effect === null ? '' : `, hiệu lực ${dayInWords(effect)}`}`,
    unit.name,
    title,
  ]);
  return columns([['Mã', 'Năm', 'Nhiệm vụ', 'Tình trạng', 'Đơn vị ban hành', 'Tên'], ...rows], [2]);
};
