import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refusal, type Document, type TextRef } from '#kernel';
import type { Receipt, Sender } from '#platform/commands';
import { Texts } from '#platform/texts';
import { PlanDispatch } from './plan.handler.js';

/** Why something is taken back, and by which document. */
export type WithdrawalWish = { readonly reason: string; readonly document?: Document | undefined };

type Why = { readonly reason: TextRef; readonly document?: Document };

/** Takes back what happened to a plan as a document, over HTTP and on the command line alike. */
@Injectable()
export class PlanWithdrawals {
  constructor(
    private readonly commands: CommandBus,
    private readonly texts: Texts,
  ) {}

  /** The plan is a draft again. */
  promulgation(id: string, wish: WithdrawalWish, sender: Sender): Promise<Receipt> {
    return this.withdraw(wish, sender, (why) => new PlanDispatch(id, sender, 'WithdrawPromulgation', why));
  }

  /** The plan runs again. */
  closing(id: string, wish: WithdrawalWish, sender: Sender): Promise<Receipt> {
    return this.withdraw(wish, sender, (why) => new PlanDispatch(id, sender, 'WithdrawClosing', why));
  }

  /** A transfer or an ending of an obligation never was. */
  act(id: string, act: string, wish: WithdrawalWish, sender: Sender): Promise<Receipt> {
    return this.withdraw(wish, sender, (why) => new PlanDispatch(id, sender, 'WithdrawPlanAct', { act, ...why }));
  }

  private withdraw(
    { reason, document }: WithdrawalWish,
    sender: Sender,
    dispatch: (why: Why) => PlanDispatch,
  ): Promise<Receipt> {
    return this.texts.during(sender, { reason }, (refs) => {
      if (!refs.reason) throw refusal('invalid', 'request.reason-missing');
      return this.commands.execute(dispatch({ reason: refs.reason, ...(document ? { document } : {}) }));
    });
  }
}
