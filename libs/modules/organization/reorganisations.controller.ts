import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { plusDays, refusal, type Day, type Document, type NameOf } from '#kernel';
import { idOf, isId, type Receipt, type Sender } from '#platform/commands';
import { validation } from '#platform/http';
import type { OrganizationCommands, OrganizationProposal, WishedChange } from './organization.decider.js';
import type { OrganizationEvents } from './organization.events.js';
import { ORGANIZATION, OrganizationDispatch, OrganizationHandler } from './organization.handler.js';
import { OrganizationQuery } from './organization.query.js';
import { PostAnswers, type HeldPost } from './post-answers.controller.js';
import { ReorganisationBody, type ChangeBody } from './reorganisation-bodies.controller.js';
import { RunningWork, type RunningItem } from './running-work.query.js';

export type NamedUnit = { readonly id: string; readonly code: string; readonly name: string };

type Naming = { readonly code: string; readonly name: string; readonly kind: string };

/** What a unit that ends has not finished: how many, and the first of them. */
export type Running = { readonly count: number; readonly items: readonly Omit<RunningItem, 'unit'>[] };

/** What a reorganisation would change; `ref` is how the document names a unit that it founds. */
export type ReorganisationPreview = {
  readonly on: Day;
  readonly decided: Day;
  readonly document: Document;
  readonly founded: readonly (Naming & { readonly ref: string | null; readonly parent: NamedUnit })[];
  readonly ended: readonly {
    readonly unit: NamedUnit;
    readonly successors: readonly NamedUnit[];
    /** Each is vacant from the day of operation. */
    readonly posts: readonly Pick<HeldPost, 'id' | 'title' | 'head' | 'holder'>[];
    readonly running: Running;
  }[];
  readonly renamed: readonly { readonly unit: string; readonly before: Naming; readonly after: Naming }[];
  readonly moved: readonly { readonly unit: NamedUnit; readonly before: NamedUnit | null; readonly after: NamedUnit }[];
  readonly functions: readonly {
    readonly function: string;
    readonly from: NamedUnit;
    readonly to: NamedUnit;
    /** Nothing passes by itself with a function: what its old unit owes is transferred by hand, where it should be. */
    readonly running: Running;
  }[];
};

export type Reorganised = Receipt & {
  readonly reorganisation: string;
  /** The units that were founded, with how the document names them. */
  readonly founded: readonly { readonly ref: string | null; readonly unit: string }[];
};

/** So many of the things that run at a unit are shown; the others are counted. */
const SHOWN = 20;

type Command = OrganizationCommands['Reorganise'];
type Resolved = Command & { readonly refs: ReadonlyMap<string, string> };

const of = <T extends NameOf<OrganizationEvents>>(
  proposals: readonly OrganizationProposal[],
  type: T,
): readonly OrganizationEvents[T][] =>
  proposals.flatMap((proposal) => (proposal.type === type ? [proposal.data as OrganizationEvents[T]] : []));

/** One document that changes several units: looked at, decided. */
@Injectable()
export class Reorganisations {
  private readonly forms = validation();

  constructor(
    private readonly commands: CommandBus,
    private readonly handler: OrganizationHandler,
    private readonly organization: OrganizationQuery,
    private readonly posts: PostAnswers,
    private readonly running: RunningWork,
  ) {}

  /** The form of a reorganisation out of a file; refused as a request would be. */
  async read(value: unknown): Promise<ReorganisationBody> {
    return (await this.forms.transform(value, { type: 'body', metatype: ReorganisationBody })) as ReorganisationBody;
  }

  /** What a document would change; refused as it would be when it is decided. */
  async preview(body: ReorganisationBody, sender: Sender): Promise<ReorganisationPreview> {
    const { refs, ...data } = await this.resolved(body, sender);
    const dispatch = new OrganizationDispatch(ORGANIZATION, sender, 'Reorganise', data);
    const proposals = await this.handler.foresee(dispatch);
    const { on, decided, document } = data;
    const eve = plusDays(on, -1);
    const founded = of(proposals, 'UnitFounded');
    const renamed = of(proposals, 'UnitRenamed');
    const fresh = new Map([...founded, ...renamed].map((unit) => [unit.unit, unit]));
    const refOf = new Map([...refs].map(([ref, unit]) => [unit, ref]));
    const before = async (id: string): Promise<NamedUnit> => {
      const unit = await this.organization.unit(id, eve);
      return { id, code: unit?.code ?? '', name: unit?.name ?? '' };
    };
    const after = async (id: string): Promise<NamedUnit> => {
      const { code, name } = fresh.get(id) ?? (await this.organization.unit(id, on)) ?? { code: '', name: '' };
      return { id, code, name };
    };
    const dissolved = of(proposals, 'UnitDissolved');
    const functions = of(proposals, 'FunctionMoved');
    const work = await this.running.of(
      [...new Set([...dissolved.map(({ unit }) => unit), ...functions.map(({ from }) => from)])],
      on,
    );
    const runningAt = (unit: string): Running => {
      const items = work.get(unit) ?? [];
      return { count: items.length, items: items.slice(0, SHOWN).map(({ unit: _, ...item }) => item) };
    };
    return {
      on,
      decided,
      document,
      founded: await Promise.all(
        founded.map(async ({ unit, code, name, kind, parent }) => ({
          ref: refOf.get(unit) ?? null,
          code,
          name,
          kind,
          parent: await after(parent ?? ''),
        })),
      ),
      ended: await Promise.all(
        dissolved.map(async ({ unit, successors }) => ({
          unit: await before(unit),
          successors: await Promise.all(successors.map(after)),
          posts: (await this.posts.of(unit, eve)).map(({ id, title, head, holder }) => ({
            id,
            title,
            head,
            holder,
          })),
          running: runningAt(unit),
        })),
      ),
      renamed: await Promise.all(
        renamed.map(async ({ unit, code, name, kind }) => {
          const old = await this.organization.unit(unit, eve);
          return {
            unit,
            before: { code: old?.code ?? '', name: old?.name ?? '', kind: old?.kind ?? '' },
            after: { code, name, kind },
          };
        }),
      ),
      moved: await Promise.all(
        of(proposals, 'UnitMoved').map(async ({ unit, parent }) => {
          const above = (await this.organization.unit(unit, eve))?.parent ?? null;
          return {
            unit: await after(unit),
            before: above === null ? null : await before(above),
            after: await after(parent),
          };
        }),
      ),
      functions: await Promise.all(
        functions.map(async ({ from, to, function: what }) => ({
          function: what,
          from: await before(from),
          to: await after(to),
          running: runningAt(from),
        })),
      ),
    };
  }

  /** Decides a document as a whole. */
  async decide(body: ReorganisationBody, sender: Sender): Promise<Reorganised> {
    const { refs, ...data } = await this.resolved(body, sender);
    const dispatch = new OrganizationDispatch(ORGANIZATION, sender, 'Reorganise', data);
    const receipt = await this.commands.execute<OrganizationDispatch, Receipt>(dispatch);
    const refOf = new Map([...refs].map(([ref, unit]) => [unit, ref]));
    const founded = data.changes.flatMap((change) =>
      change.act === 'found' ? [{ ref: refOf.get(change.unit) ?? null, unit: change.unit }] : [],
    );
    return { ...receipt, reorganisation: data.reorganisation, founded };
  }

  /** Units by their ids: a unit is named by its id, by its code on the eve, or by the ref of the change that founds it. */
  private async resolved(body: ReorganisationBody, sender: Sender): Promise<Resolved> {
    const { on, document, changes } = body;
    const refs = new Map<string, string>();
    for (const [index, change] of changes.entries()) {
      if (change.act !== 'found' || change.ref === undefined) continue;
      if (refs.has(change.ref)) throw refusal('invalid', 'organization.ref-twice', { change: index, ref: change.ref });
      refs.set(change.ref, idOf(sender.command, 'unit', index));
    }
    const named = new Map<string, string>();
    for (const day of [on, plusDays(on, -1)]) {
      for (const { id, code } of await this.organization.unitsOn(day)) named.set(code.toUpperCase(), id);
    }
    const unitAt =
      (change: number) =>
      (text: string): string => {
        const id = refs.get(text) ?? named.get(text.toUpperCase()) ?? text.toLowerCase();
        if (!isId(id)) throw refusal('absent', 'organization.unit-absent', { change, unit: text });
        return id;
      };
    return {
      reorganisation: idOf(sender.command, 'reorganisation'),
      on,
      decided: body.decided ?? document.date,
      document: { ...document },
      changes: changes.map((change, index) => wished(change, unitAt(index), idOf(sender.command, 'unit', index))),
      refs,
    };
  }
}

const wished = (change: ChangeBody, unit: (text: string) => string, fresh: string): WishedChange => {
  switch (change.act) {
    case 'found': {
      const { act, code, name, kind, parent, aliases = [] } = change;
      return { act, unit: fresh, code, name, kind, parent: unit(parent), aliases };
    }
    case 'merge':
      return { act: change.act, units: change.units.map(unit), into: unit(change.into) };
    case 'split':
      return { act: change.act, unit: unit(change.unit), into: change.into.map(unit) };
    case 'dissolve':
      return { act: change.act, unit: unit(change.unit), successors: (change.successors ?? []).map(unit) };
    case 'rename': {
      const { act, code, name, kind, aliases } = change;
      return {
        act,
        unit: unit(change.unit),
        ...(code === undefined ? {} : { code }),
        ...(name === undefined ? {} : { name }),
        ...(kind === undefined ? {} : { kind }),
        ...(aliases === undefined ? {} : { aliases }),
      };
    }
    case 'move':
      return { act: change.act, unit: unit(change.unit), parent: unit(change.parent) };
    case 'move-function':
      return { act: change.act, from: unit(change.from), to: unit(change.to), function: change.function };
  }
};
