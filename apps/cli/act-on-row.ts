import { CommandBus } from '@nestjs/cqrs';
import { dayInWords, type TextRef } from '#kernel';
import { ActForesight, type ActForeseen } from '#modules/progress';
import { actOn, extensionBy, ObligationDispatch, TaskDispatch, type RowAct } from '#modules/task';
import { idOf, type Receipt } from '#platform/commands';
import { Texts } from '#platform/texts';
import { said } from '#platform/wording';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { rowCalled } from './row-called.js';
import { say } from './terminal.js';
import { unitNamed } from './unit-named.js';

/** What may be done to a row, as the command line calls it. */
export type RowActName = RowAct | 'extend';

/** What `camket plan act` is told beside the act, the plan and the row. */
export type RowActOptions = {
  readonly on: string;
  readonly document: { readonly kind: string; readonly number: string; readonly date: string };
  readonly reason?: string;
  readonly due?: string;
  readonly unit?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly as?: string;
};

/** Does something to a row of a plan, or shows what would come of it. */
export const actOnRow = async (
  context: Context,
  act: RowActName,
  asked: { readonly plan: string; readonly row: string },
  options: RowActOptions,
): Promise<Exit> => {
  const { on, document, due } = options;
  const sender = await context.sender(options.as, 'coordinate');
  await context.caughtUp();
  const row = await rowCalled(context, asked);
  const unit = await unitNamed(context, options.unit);
  const [texts, foresight] = [context.get(Texts), context.get(ActForesight)];
  const typed = { reason: options.reason };
  const extension = (reason: TextRef | undefined) => extensionBy({ due: due ?? '', on, document }, reason);
  const ofRow = (reason: TextRef | undefined): TaskDispatch =>
    act === 'extend'
      ? new TaskDispatch(row.id, sender, 'ExtendTask', extension(reason))
      : actOn(row.id, act, { on, document }, sender, reason);
  const obligation = unit === undefined ? undefined : idOf(row.id, unit);
  const ofUnit = (id: string, reason: TextRef | undefined): ObligationDispatch =>
    new ObligationDispatch(id, sender, 'ExtendObligation', extension(reason));
  const reason = (): TextRef | undefined => texts.foreseen(sender, typed).reason;
  const foreseen =
    obligation === undefined
      ? await foresight.ofTask(row.id, on, sender, () => ofRow(reason()))
      : await foresight.ofObligation(obligation, on, sender, () => ofUnit(obligation, reason()));
  if (options.dryRun) {
    await say(options.json ? foreseen : `${row.name}\n${inWords(foreseen)}`);
    return foreseen.refusal ? EXIT.refused : EXIT.done;
  }
  const receipt = await texts.during(sender, typed, (refs) =>
    context
      .get(CommandBus)
      .execute<TaskDispatch | ObligationDispatch, Receipt>(
        obligation === undefined ? ofRow(refs.reason) : ofUnit(obligation, refs.reason),
      ),
  );
  await context.seen(receipt.position);
  const words = [row.name, `Đã ghi, mục ${receipt.entry ?? receipt.position}.`];
  // Somebody else may have been at the row in between: then what was foreseen is not what has come.
  if (!foreseen.refusal) words.push(inWords(foreseen));
  await say(options.json ? { ...receipt, foreseen } : words.join('\n'));
  return EXIT.done;
};

const inWords = ({ on, refusal, row, due, figures }: ActForeseen): string => {
  if (refusal) return `Không thực hiện được: ${refusal.detail}`;
  const standing = (of: 'before' | 'after'): string => {
    const stands = row[of];
    const marks = stands
      ? [said(`states.${stands.state}`), ...stands.flags.map((flag) => said(`flags.${flag}`))].join(', ')
      : 'không còn trong kế hoạch';
    const { completed, overdue, suspended } = figures[of];
    const share = completed.percent === null ? '' : ` = ${completed.percent.replace('.', ',')} %`;
    return (
      `${marks}; cả kế hoạch ${completed.numerator}/${completed.denominator}${share} hoàn thành, ` +
      `${overdue} quá hạn, ${suspended} tạm hoãn`
    );
  };
  return [
    ...(due ? [`Hạn: ${dayInWords(due.before)} → ${dayInWords(due.after)}`] : []),
    `Tính đến ngày ${dayInWords(on)}`,
    `  trước: ${standing('before')}`,
    `  sau:   ${standing('after')}`,
  ].join('\n');
};
