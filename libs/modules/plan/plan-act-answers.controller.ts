import { Injectable } from '@nestjs/common';
import { dayInWords, type Document, type JsonObject, type TextRef } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { People } from '#platform/http';
import { Texts, type ShownText } from '#platform/texts';
import { said } from '#platform/wording';
import { PlanQuery, type PlanActItem } from './plan.query.js';

/** What happened to a plan as a document, in a Vietnamese sentence, with who did it and why. */
export type WordedAct = {
  readonly id: string;
  readonly kind: string;
  readonly words: string;
  readonly on: string;
  readonly recorded: string;
  readonly position: string;
  readonly actor: { readonly id: string; readonly name: string };
  readonly document?: Document;
  readonly reason?: ShownText & { readonly id: string };
};

const textsIn = (data: JsonObject, ...keys: readonly string[]): readonly string[] =>
  keys.map((key) => data[key]).filter((value) => typeof value === 'string');

/** Puts acts on plans in words, with the names of people, units and rows. */
@Injectable()
export class PlanActAnswers {
  constructor(
    private readonly plans: PlanQuery,
    private readonly organization: OrganizationQuery,
    private readonly people: People,
    private readonly texts: Texts,
  ) {}

  async worded(acts: readonly PlanActItem[]): Promise<readonly WordedAct[]> {
    const [person, units, rows, texts] = await Promise.all([
      this.people.called(acts.map(({ actor }) => actor)),
      this.organization.unitNames(acts.flatMap(({ data }) => textsIn(data, 'from', 'to', 'unit'))),
      this.plans.titlesOf(acts.flatMap(({ data }) => textsIn(data, 'row'))),
      this.texts.show(acts.flatMap(({ data }) => (data['reason'] ? [data['reason'] as TextRef] : []))),
    ]);
    return acts.map(({ event, type, on, recorded, at, actor, data }) => {
      const document = data['document'] as Document | undefined;
      const { id: reason } = (data['reason'] ?? {}) as Partial<TextRef>;
      const named = (key: string): string => units.get(textsIn(data, key)[0] ?? '') ?? '';
      // Of a draft the day is that of recording: nothing counts from it.
      const isToDraft = type === 'RuleSetApplied' && data['effect'] === undefined;
      const words = said(`planActs.${isToDraft ? 'RuleSetAppliedToDraft' : type}`, {
        ...data,
        ...{ from: named('from'), to: named('to'), unit: named('unit'), day: dayInWords(on) },
        task: rows.get(textsIn(data, 'row')[0] ?? '') ?? '',
      });
      return {
        ...{ id: event, kind: type, words, on, recorded, position: at },
        actor: person(actor),
        ...(document ? { document } : {}),
        ...(reason === undefined
          ? {}
          : { reason: { id: reason, ...(texts.get(reason) ?? { erased: true as const }) } }),
      };
    });
  }
}
