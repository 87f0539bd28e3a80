type Waiting<Question, Answer> = {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Beside a round trip under way, another one is made for so many questions, or when the first has taken so long, ms: few
 * large ones cost less than many small ones.
 */
const WORTH_A_LANE = 32;
const PATIENCE_MS = 20;

/**
 * Questions that wait together are asked together, in one round trip; a lone one goes out at once. `ask` answers in the
 * order of the questions. A failed round trip fails each of its questions.
 */
export class Together<Question, Answer> {
  private waiting: Waiting<Question, Answer>[] = [];
  private underWay = 0;
  private scheduled = false;
  private patience: NodeJS.Timeout | undefined;

  constructor(
    private readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    /** How many round trips are under way at most, and how many questions one of them asks. */
    private readonly limits: { readonly lanes: number; readonly most: number } = { lanes: 2, most: 200 },
  ) {}

  /** Asks one question. */
  of(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0 || this.underWay >= this.limits.lanes) return;
    if (this.underWay === 0 || this.waiting.length >= WORTH_A_LANE) this.sendSoon();
    else this.patience ??= setTimeout(() => this.sendSoon(), PATIENCE_MS);
  }

  /** Sends with the end of this turn, when all that comes together is there. */
  private sendSoon(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.waiting.length > 0 && this.underWay < this.limits.lanes) {
        void this.send(this.waiting.splice(0, this.limits.most));
      }
    });
  }

  private async send(together: readonly Waiting<Question, Answer>[]): Promise<void> {
    this.underWay += 1;
    try {
      const answers = await this.ask(together.map(({ question }) => question));
      for (const [index, { resolve }] of together.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      for (const { reject } of together) reject(error);
    } finally {
      this.underWay -= 1;
      this.schedule();
    }
  }
}
