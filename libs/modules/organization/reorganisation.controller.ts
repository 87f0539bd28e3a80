import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { plusDays, refusal, type Day } from '#kernel';
import type { Sender } from '#platform/commands';
import {
  Allow,
  answer,
  ById,
  maybe,
  oneOf,
  Optional,
  orNull,
  PAGE_LENGTH,
  PageQuery,
  People,
  Refuses,
  Sent,
} from '#platform/http';
import { Projector } from '#platform/projector';
import type { UnitChange } from './organization.events.js';
import { OrganizationQuery } from './organization.query.js';
import { ReorganisationBody } from './reorganisation-bodies.controller.js';
import { ReorganisationQuery, type Kin, type ReorganisationItem } from './reorganisation.query.js';
import {
  Reorganisations,
  type NamedUnit,
  type Reorganised,
  type ReorganisationPreview,
} from './reorganisations.controller.js';

class AfterQuery {
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false }) after?: string;
}

const DOCUMENT = {
  kind: 'Nghị quyết',
  number: '393/NQ-HĐND',
  date: '2025-02-18',
  signatory: maybe('Chủ tịch HĐND tỉnh'),
};
const OLD = { id: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10', code: 'H36.09', name: 'Sở Giao thông vận tải' };
const NEW = { id: 'c1f5a3d0-6a55-5b1c-9a70-2d5f8f6f2c11', code: 'H36.08', name: 'Sở Xây dựng' };
const ROOT = { id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', code: 'H36', name: 'Ủy ban nhân dân tỉnh' };
const RUNNING = {
  count: 1,
  items: [
    {
      kind: 'obligation',
      id: '6b2a9b7e-0d4c-5d0e-8a3f-8b6d0f1f2a3b',
      title: 'Rà soát thủ tục hành chính',
      of: { id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f', code: 'CCHC-2025' },
      due: orNull('2025-09-30'),
    },
  ],
};
const NAMING = { code: 'H36.12', name: 'Xã Lộc Tiến', kind: 'commune' };

const PREVIEW_EXAMPLE = {
  on: '2025-03-01',
  decided: '2025-02-18',
  document: DOCUMENT,
  founded: [{ ref: orNull('#xay-dung'), code: NEW.code, name: NEW.name, kind: 'department', parent: ROOT }],
  ended: [
    {
      unit: OLD,
      successors: [NEW],
      posts: [
        {
          id: 'd6c1e0b9-2f51-5a6c-8f3d-0a8c5e7b1d42',
          title: 'Giám đốc',
          head: true,
          holder: orNull({ id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f', name: 'Trưởng đơn vị' }),
        },
      ],
      running: RUNNING,
    },
  ],
  renamed: [{ unit: OLD.id, before: NAMING, after: { ...NAMING, name: 'Phường Lộc Tiến', kind: 'ward' } }],
  moved: [{ unit: OLD, before: orNull(ROOT), after: NEW }],
  functions: [{ function: 'Quản lý nhà nước về tín ngưỡng, tôn giáo', from: OLD, to: NEW, running: RUNNING }],
};

const ITEM_EXAMPLE = {
  id: '3f1c9a52-40f2-5f0e-8c40-5a4f0a3d9d77',
  on: '2025-03-01',
  decided: '2025-02-18',
  document: DOCUMENT,
  recorded: '2025-02-20T02:00:00.000Z',
  actor: { id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f', name: 'Quản trị viên' },
};
const ACTS = ['merge', 'found', 'split', 'dissolve', 'rename', 'move', 'move-function'] as const;
const CHANGE_EXAMPLE = { act: oneOf(...ACTS), from: [OLD], to: [NEW], function: orNull('Tôn giáo') };

const KIN_EXAMPLE = {
  unit: { ...OLD, founded: '2004-01-01', dissolved: orNull('2025-03-01') },
  on: '2025-03-01',
  by: oneOf('merge', 'split', 'dissolve', 'move-function'),
  function: orNull('Tôn giáo'),
  reorganisation: orNull(ITEM_EXAMPLE.id),
  document: orNull(DOCUMENT),
  distance: 1,
};

const REFUSED = {
  404: ['organization.unit-absent', 'organization.parent-absent', 'file.absent'],
  409: [
    'organization.already-dissolved',
    'organization.before-founding',
    'organization.change-without-effect',
    'organization.changed-twice',
    'organization.code-in-use',
    'organization.cycle',
    'organization.ended-twice',
    'organization.id-in-use',
    'organization.later-act-stands',
    'organization.name-in-use',
    'organization.not-operating',
    'organization.operating-children',
    'organization.parent-not-operating',
    'organization.root-stays',
    'organization.successor-not-operating',
  ],
  422: [
    'organization.bad-code',
    'organization.bad-day',
    'organization.bad-function',
    'organization.bad-name',
    'organization.decided-after-operation',
    'organization.function-stays',
    'organization.kind-not-in-use',
    'organization.merged-into-itself',
    'organization.ref-twice',
    'organization.reorganisation-empty',
    'organization.reorganisation-too-large',
    'organization.split-into-one',
    'organization.unknown-kind',
    'request.document-empty',
    'request.document-of-the-future',
  ],
};

const VIEWS = ['units', 'posts', 'reorganisations'];

/** Documents that change several units at once, and the lineage of units. */
@ApiTags('units')
@Controller()
export class ReorganisationController {
  constructor(
    private readonly reorganisations: Reorganisations,
    private readonly query: ReorganisationQuery,
    private readonly organization: OrganizationQuery,
    private readonly people: People,
    private readonly projector: Projector,
  ) {}

  @Post('reorganisations/preview')
  @HttpCode(200)
  @Allow('administer')
  @ApiOkResponse(answer(PREVIEW_EXAMPLE))
  @Refuses(REFUSED)
  preview(@Body() body: ReorganisationBody, @Sent() sender: Sender): Promise<ReorganisationPreview> {
    return this.reorganisations.preview(body, sender);
  }

  @Post('reorganisations')
  @Allow('administer')
  @ApiCreatedResponse(
    answer({
      id: ROOT.id,
      revision: 144,
      position: '145',
      reorganisation: ITEM_EXAMPLE.id,
      founded: [{ ref: orNull('#xay-dung'), unit: NEW.id }],
    }),
  )
  @Refuses(REFUSED)
  decide(@Body() body: ReorganisationBody, @Sent() sender: Sender): Promise<Reorganised> {
    return this.reorganisations.decide(body, sender);
  }

  @Get('reorganisations')
  @Allow('read')
  @ApiOkResponse(
    answer({
      items: [{ ...ITEM_EXAMPLE, counts: { founded: 1, ended: 2, renamed: 0, moved: 0, functions: 1 } }],
      next: orNull('WyIyMDI1LTAzLTAxIl0'),
      stale: false,
    }),
  )
  @Refuses({ 422: ['request.bad-cursor'] })
  async list(@Query() { cursor, limit, after }: PageQuery): Promise<object> {
    const stale = await this.behind(after);
    const { items, next } = await this.query.page({ cursor, limit: limit ?? PAGE_LENGTH });
    const person = await this.people.called(items.map(({ actor }) => actor));
    return {
      items: items.map(({ changes, actor, ...item }) => ({ ...item, actor: person(actor), counts: countsOf(changes) })),
      next,
      stale,
    };
  }

  @Get('reorganisations/:id')
  @Allow('read')
  @ApiOkResponse(answer({ ...ITEM_EXAMPLE, changes: [CHANGE_EXAMPLE], stale: false }))
  @Refuses({ 404: ['organization.reorganisation-absent'] })
  async one(@Param() { id }: ById, @Query() { after }: AfterQuery): Promise<object> {
    const stale = await this.behind(after);
    const found = await this.query.find(id);
    if (!found) throw refusal('absent', 'organization.reorganisation-absent', { reorganisation: id });
    const person = await this.people.called([found.actor]);
    const changes = await Promise.all(found.changes.map((each) => this.worded(each, found)));
    return { ...found, actor: person(found.actor), changes, stale };
  }

  @Get('units/:id/lineage')
  @Allow('read')
  @ApiOkResponse(answer({ unit: NEW, predecessors: [KIN_EXAMPLE], successors: [KIN_EXAMPLE], stale: false }))
  @Refuses({ 404: ['organization.unit-absent'] })
  async lineage(@Param() { id }: ById, @Query() { after }: AfterQuery): Promise<object> {
    const stale = await this.behind(after);
    const unit = await this.organization.unit(id);
    if (!unit) throw refusal('absent', 'organization.unit-absent', { unit: id });
    const [predecessors, successors] = await Promise.all([this.query.predecessors(id), this.query.successors(id)]);
    return {
      unit: { id, code: unit.code, name: unit.name },
      predecessors: await Promise.all(predecessors.map((kin) => this.shown(kin, plusDays(kin.on, -1)))),
      successors: await Promise.all(successors.map((kin) => this.shown(kin, kin.on))),
      stale,
    };
  }

  private async shown({ unit: id, ...kin }: Kin, day: Day): Promise<object> {
    const unit = await this.organization.unit(id, day);
    return {
      unit: { ...(await this.named(id, day)), founded: unit?.founded, dissolved: unit?.dissolved ?? null },
      ...kin,
    };
  }

  /** Where work came from, as units were called before, and where it went, as they are called since. */
  private async worded(change: UnitChange, { on }: ReorganisationItem): Promise<object> {
    const [from, to] = sidesOf(change);
    const before = plusDays(on, -1);
    return {
      act: change.act,
      from: await Promise.all(from.map((unit) => this.named(unit, before))),
      to: await Promise.all(to.map((unit) => this.named(unit, on))),
      function: change.act === 'move-function' ? change.function : null,
    };
  }

  private async named(id: string, day: Day): Promise<NamedUnit> {
    const unit = await this.organization.unit(id, day);
    return { id, code: unit?.code ?? '', name: unit?.name ?? '' };
  }

  private behind(after: string | undefined): Promise<boolean> {
    return this.projector.lags(VIEWS, after);
  }
}

const sidesOf = (change: UnitChange): readonly [from: readonly string[], to: readonly string[]] => {
  switch (change.act) {
    case 'found':
      return [[], [change.unit]];
    case 'merge':
      return [change.units, [change.into]];
    case 'split':
      return [[change.unit], change.into];
    case 'dissolve':
      return [[change.unit], change.successors];
    case 'rename':
      return [[change.unit], [change.unit]];
    case 'move':
      return [[change.unit], [change.parent]];
    case 'move-function':
      return [[change.from], [change.to]];
  }
};

const countsOf = (changes: readonly UnitChange[]) => {
  const count = (act: UnitChange['act']): number => changes.filter((change) => change.act === act).length;
  const ended = new Set(
    changes.flatMap((change) => {
      if (change.act === 'merge') return change.units;
      if (change.act === 'dissolve') return [change.unit];
      return change.act === 'split' && !change.into.includes(change.unit) ? [change.unit] : [];
    }),
  );
  return {
    founded: count('found'),
    ended: ended.size,
    renamed: count('rename'),
    moved: count('move'),
    functions: count('move-function'),
  };
};
