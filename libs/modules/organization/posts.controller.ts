import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsString, IsUUID, Length, MaxLength } from 'class-validator';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import {
  Allow,
  answer,
  ById,
  DocumentBody,
  IsDay,
  Optional,
  OptionalPart,
  orNull,
  ReceiptAnswer,
  Refuses,
  Sent,
} from '#platform/http';
import { Projector } from '#platform/projector';
import { ORGANIZATION, OrganizationDispatch } from './organization.handler.js';
import { PostAnswers } from './post-answers.controller.js';

class PostBody {
  @IsString() @Length(1, 300) @ApiProperty({ example: 'Giám đốc' }) title!: string;
  /** The post of the unit's head; a unit has one. */
  @Optional() @IsBoolean() @ApiProperty({ required: false, example: true }) head?: boolean;
  @IsDay() @ApiProperty({ example: '2025-07-01' }) on!: string;
}

class VacancyBody {
  @IsDay() @ApiProperty({ example: '2026-03-01' }) on!: string;
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
}

class HolderBody extends VacancyBody {
  /** The account that holds the post. */
  @IsUUID() @ApiProperty({ example: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f' }) holder!: string;
}

class PostsQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-01-01' }) on?: string;
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false }) after?: string;
}

class EstablishedAnswer extends ReceiptAnswer {
  @ApiProperty({ example: 'c1f5a3d0-6a55-5b1c-9a70-2d5f8f6f2c11' }) post!: string;
}

const withDocument = ({ document }: VacancyBody) => (document === undefined ? {} : { document: { ...document } });

/** Posts of units and who holds them. */
@ApiTags('units')
@Controller()
export class PostsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly posts: PostAnswers,
    private readonly projector: Projector,
  ) {}

  @Get('units/:id/posts')
  @Allow('read')
  @ApiOkResponse(
    answer({
      items: [
        {
          id: 'c1f5a3d0-6a55-5b1c-9a70-2d5f8f6f2c11',
          unit: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
          title: 'Giám đốc',
          head: true,
          holder: orNull({ id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f', name: 'Trưởng đơn vị' }),
          since: '2025-08-01',
        },
      ],
      stale: false,
    }),
  )
  async list(@Param() { id }: ById, @Query() { on, after }: PostsQuery): Promise<object> {
    const stale = await this.projector.lags(['posts'], after);
    return { items: await this.posts.of(id, on), stale };
  }

  @Post('units/:id/posts')
  @Allow('administer')
  @ApiCreatedResponse({ type: EstablishedAnswer })
  @Refuses({
    404: ['organization.unit-absent'],
    409: ['organization.not-operating', 'organization.head-exists', 'organization.post-title-in-use'],
    422: ['organization.bad-name', 'organization.bad-day'],
  })
  async establish(
    @Param() { id }: ById,
    @Body() { title, head = false, on }: PostBody,
    @Sent() sender: Sender,
  ): Promise<Receipt & { post: string }> {
    const post = idOf(sender.command, 'post');
    const data = { post, unit: id, title, head, on };
    const dispatch = new OrganizationDispatch(ORGANIZATION, sender, 'EstablishPost', data);
    const receipt = await this.commands.execute<OrganizationDispatch, Receipt>(dispatch);
    return { ...receipt, post };
  }

  @Put('posts/:id/holder')
  @Allow('administer')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['organization.post-absent', 'file.absent'],
    409: ['organization.post-occupied', 'organization.before-last-act', 'organization.not-operating'],
    412: ['request.stale'],
    422: ['organization.bad-day', 'request.document-empty', 'request.document-of-the-future'],
  })
  fill(@Param() { id }: ById, @Body() body: HolderBody, @Sent() sender: Sender): Promise<Receipt> {
    const data = { post: id, holder: body.holder, on: body.on, ...withDocument(body) };
    return this.commands.execute(new OrganizationDispatch(ORGANIZATION, sender, 'FillPost', data));
  }

  @Put('posts/:id/vacancy')
  @Allow('administer')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['organization.post-absent', 'file.absent'],
    409: ['organization.post-vacant', 'organization.before-last-act'],
    412: ['request.stale'],
    422: ['organization.bad-day', 'request.document-empty', 'request.document-of-the-future'],
  })
  vacate(@Param() { id }: ById, @Body() body: VacancyBody, @Sent() sender: Sender): Promise<Receipt> {
    const data = { post: id, on: body.on, ...withDocument(body) };
    return this.commands.execute(new OrganizationDispatch(ORGANIZATION, sender, 'VacatePost', data));
  }
}
