import { CommandBus } from '@nestjs/cqrs';
import type { TextRef } from '#kernel';
import { PlanQuery } from '#modules/plan';
import { ActForesight, type ActForeseen } from '#modules/progress';
import { ObligationDispatch, TaskDispatch } from '#modules/task';
import { idOf, type Receipt } from '#platform/commands';
import { Texts } from '#platform/texts';
import { dayInWords, said, sentenceOf } from '#platform/wording';
import { EXIT, Misused, Refused, type Exit } from './answer.js';
import type { Context } from './context.js';
import { say } from './terminal.js';
import { unitNamed } from './unit-named.js';

/** What may be done to a row, as the command line calls it. */
export type RowActName = keyof typeof COMMANDS | 'extend';

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

const COMMANDS = {
  suspend: 'SuspendTask',
  resume: 'ResumeTask',
  cancel: 'CancelTask',
  reopen: 'ReopenTask',
  declare: 'DeclareTask',
} as const;

/** Does something to a row of a plan, or shows what would come of it. */
export const actOnRow = async (
  context: Context,
  act: RowActName,
  asked: { readonly plan: string; readonly row: string },
  options: RowActOptions,
): Promise<Exit> => {
  const { on, document, reason, due } = options;
  if (act === 'extend' && due === undefined) throw new Misused('An extension needs its new due date: --due.');
  if (act !== 'extend' && (due !== undefined || options.unit !== undefined))
    throw new Misused('--due and --unit belong to an extension.');
  if (act !== 'extend' && reason === undefined) throw new Misused('The act needs a reason: --reason.');
  const sender = await context.sender(options.as, 'coordinate');
  const end = await context.store.end();
  if (end !== undefined) await context.seen(end);
  const row = await rowCalled(context, asked);
  const unit = await unitNamed(context, options.unit);
  const dispatch = (ref: TextRef | undefined): TaskDispatch | ObligationDispatch => {
    if (act !== 'extend') {
      return new TaskDispatch(row.id, sender, COMMANDS[act], { on, document, reason: ref ?? NOTHING });
    }
    const wish = { due: due ?? '', on, document, ...(ref ? { reason: ref } : {}) };
    return unit === undefined
      ? new TaskDispatch(row.id, sender, 'ExtendTask', wish)
      : new ObligationDispatch(idOf(row.id, unit), sender, 'ExtendObligation', wish);
  };
  const supposed = dispatch(reason === undefined ? undefined : NOTHING);
  const foresight = context.get(ActForesight);
  const foreseen =
    supposed instanceof TaskDispatch
      ? await foresight.ofTask(supposed, on)
      : await foresight.ofObligation(supposed, on);
  if (!options.dryRun) {
    const receipt = await context
      .get(Texts)
      .during(sender, { reason }, (refs) =>
        context.get(CommandBus).execute<TaskDispatch | ObligationDispatch, Receipt>(dispatch(refs.reason)),
      );
    await context.seen(receipt.position);
  }
  await say(options.json ? foreseen : `${row.name}\n${inWords(foreseen)}`);
  return foreseen.refusal ? EXIT.refused : EXIT.done;
};

/** Stands for what is typed while nothing is recorded. */
const NOTHING: TextRef = { id: idOf('nothing'), hash: '0'.repeat(64) };

const rowCalled = async (
  context: Context,
  { plan: asked, row: called }: { readonly plan: string; readonly row: string },
): Promise<{ readonly id: string; readonly name: string }> => {
  const plans = context.get(PlanQuery);
  const plan = await plans.find(asked);
  const rows = (await plans.allRows(plan.id)).filter(
    ({ row, content }) => row === called || content.code.toLowerCase() === called.toLowerCase(),
  );
  const [found, ...others] = rows;
  if (!found) throw new Refused(`No row of ${plan.code} has the number ${called}.`);
  if (others.length > 0)
    throw new Refused(
      `${rows.length} rows of ${plan.code} have the number ${called}; name one by its id:\n` +
        rows.map(({ row, content }) => `  ${row}  ${content.title}`).join('\n'),
    );
  return { id: found.row, name: `${found.content.code} ${found.content.title}`.trim() };
};

const inWords = ({ on, refusal, row, figures }: ActForeseen): string => {
  if (refusal) return `Không thực hiện được: ${sentenceOf(refusal.code, refusal.details) ?? refusal.code}`;
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
  return [`Tính đến ngày ${dayInWords(on)}`, `  trước: ${standing('before')}`, `  sau:   ${standing('after')}`].join(
    '\n',
  );
};
