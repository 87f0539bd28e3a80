import { CommandBus } from '@nestjs/cqrs';
import { dayInWords } from '#kernel';
import { PlanDispatch, PlanQuery, RuleSetForesight, type RuleSetForeseen } from '#modules/plan';
import type { Receipt } from '#platform/commands';
import { Texts } from '#platform/texts';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { ALL, columns, say } from './terminal.js';
import { dueInWords } from './words.js';

/** What `camket plan rules` is told beside the plan and the rule set. */
export type RulesOptions = {
  readonly effect?: string;
  readonly document?: { readonly kind: string; readonly number: string; readonly date: string };
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly as?: string;
};

/** Reads the deadlines of a plan by another rule set, or shows what that would move. */
export const applyRules = async (
  context: Context,
  asked: string,
  version: string,
  options: RulesOptions,
): Promise<Exit> => {
  const sender = await context.sender(options.as, 'plan');
  await context.caughtUp(['plans', 'rules', 'obligation-board']);
  const plan = await context.get(PlanQuery).find(asked);
  const { effect, document, reason } = options;
  const foreseen = await context.get(RuleSetForesight).of(plan, { version, effect, limit: ALL });
  if (options.dryRun) {
    await say(options.json ? foreseen : inWords(foreseen));
    return EXIT.done;
  }
  const receipt = await context.get(Texts).during(sender, { reason }, (refs) =>
    context.get(CommandBus).execute<PlanDispatch, Receipt>(
      new PlanDispatch(plan.id, sender, 'ApplyRuleSet', {
        version,
        ...(document ? { document } : {}),
        ...(effect === undefined ? {} : { effect }),
        ...(refs.reason ? { reason: refs.reason } : {}),
      }),
    ),
  );
  await context.seen(receipt.position);
  await say(
    options.json
      ? { ...receipt, foreseen }
      : receipt.unchanged
        ? `Kế hoạch đã được đọc theo bộ quy tắc ${version}; không có gì thay đổi.`
        : `Đã ghi, mục ${receipt.entry ?? receipt.position}.\n${inWords(foreseen)}`,
  );
  return EXIT.done;
};

const inWords = ({ from, version, effect, items, unreadable, withoutCalendar, summary }: RuleSetForeseen): string => {
  const moved = items.filter(({ before, after }) => before.due !== after.due);
  const rows = moved.map(({ code, before, after, extended, title }) => [
    code,
    dueInWords(before.due),
    dueInWords(after.due) + (extended === null ? '' : ` (đã gia hạn đến ${dayInWords(extended)})`),
    title,
  ]);
  return [
    `Bộ quy tắc ${from} → ${version}, từ ngày ${dayInWords(effect)}: ${summary.moved} trên ${summary.rows} hạn thay đổi ` +
      `(${summary.earlier} sớm hơn, ${summary.later} muộn hơn); ${summary.periods} kỳ báo cáo của ${summary.withPeriods} nhiệm vụ.`,
    ...(withoutCalendar.length === 0
      ? []
      : [`Chưa có lịch nghỉ của năm ${withoutCalendar.join(', ')}: chỉ biết ngày nghỉ cuối tuần.`]),
    ...(rows.length === 0 ? [] : ['', columns([['Mục', 'Hạn cũ', 'Hạn mới', 'Nhiệm vụ'], ...rows])]),
    ...unreadable.map(({ code, deadline, title }) => `Không đọc được hạn “${deadline}” của mục ${code} ${title}`),
  ].join('\n');
};
