type Waiting<Question, Answer> = {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Questions that wait together are asked together, in one round trip; a lone one goes out at once. `ask` answers in the
 * order of the questions. A failed round trip fails each of its questions.
 */
export class Together<Question, Answer> {
  private waiting: Waiting<Question, Answer>[] = [];
  private underWay = 0;
  private scheduled = false;

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
    if (this.scheduled || this.underWay >= this.limits.lanes) return;
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
      if (this.waiting.length > 0) this.schedule();
    }
  }
}
