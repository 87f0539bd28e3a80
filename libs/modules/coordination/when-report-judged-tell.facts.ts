import { Injectable } from '@nestjs/common';
import type { Seen } from '#kernel';
import { DuesQuery } from '#modules/progress';
import { NotYet, ProcessFacts } from '#platform/processes';
import type { JudgedEvents, JudgedFacts } from './when-report-judged-tell.process.js';

/** What a report that was judged is about, as the log had it then. */
@Injectable()
export class JudgedFactsReader extends ProcessFacts<JudgedEvents, JudgedFacts> {
  constructor(private readonly dues: DuesQuery) {
    super();
  }

  override async read({ id, at, data }: Seen<JudgedEvents, keyof JudgedEvents>): Promise<JudgedFacts> {
    if (!(await this.dues.hasSeen(at))) throw new NotYet('the figures have not come as far as this report');
    const [owed, period] = await Promise.all([this.dues.owed(id, at), this.dues.periodOf(data.report, at)]);
    return owed && period !== undefined ? { ...owed, period } : null;
  }
}
