import { Controller, Get, Param, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { refusal } from '#kernel';
import { Allow, Refuses, SignedIn, type Account, type SignedRequest } from '#platform/http';
import { FileStore } from './file-store.js';
import { uploadOf } from './upload.js';

class StoredFileAnswer {
  @ApiProperty({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' }) sha256!: string;
  @ApiProperty({ example: 48213 }) size!: number;
  @ApiProperty({ example: 'application/pdf', description: 'By content.' }) type!: string;
}

class FileQuery {
  /** The name under which it is saved. */
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @ApiProperty({ required: false, example: 'Báo cáo quý I.pdf' })
  name?: string;
  /** Shown in the browser instead of saved, where its type is harmless. */
  @IsOptional() @IsString() @ApiProperty({ required: false }) inline?: string;
}

/** Types that a browser only shows: no scripts run in them, and none may under the answer's policy. */
const HARMLESS = new Set(['application/pdf', 'image/png', 'image/jpeg', 'image/gif', 'image/webp', 'text/plain']);

/** The header value of RFC 6266 and 5987 for a name in any language. */
export const dispositionOf = (name: string, inline: boolean): string => {
  const clean = [...name.normalize('NFC').toWellFormed()].filter((sign) => sign >= ' ' && sign !== '\x7f').join('');
  const plain = clean.replace(/[^\x20-\x7e]|["\\%/]/g, '_');
  const encoded = encodeURIComponent(clean.replaceAll('/', '_')).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${inline ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encoded}`;
};

/** Files in and out: named by their content, handed out so that a browser never runs them. */
@ApiTags('files')
@Controller('files')
export class FilesController {
  constructor(private readonly files: FileStore) {}

  @Post()
  @Allow('report')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @ApiCreatedResponse({ type: StoredFileAnswer })
  @Refuses({ 422: ['file.none', 'file.empty', 'file.incomplete', 'file.too-large', 'file.executable'] })
  async store(@Req() request: SignedRequest, @SignedIn() account: Account): Promise<StoredFileAnswer> {
    const { content } = await uploadOf(request, this.files.largest);
    const { sha256, size, type } = await this.files.store(content, account.id);
    return { sha256, size, type };
  }

  @Get(':sha256')
  @Allow('read')
  @ApiOkResponse({ description: 'The content.', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } })
  @Refuses({ 404: ['file.absent', 'file.lost'] })
  async fetch(
    @Param('sha256') sha256: string,
    @Query() query: FileQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { facts, content } = await this.files.open(sha256).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw refusal('absent', 'file.lost');
      throw error;
    });
    const inline = query.inline !== undefined && HARMLESS.has(facts.type);
    void reply.headers({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'self'",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    return new StreamableFile(content, {
      type: facts.type === 'text/plain' ? 'text/plain; charset=utf-8' : facts.type,
      disposition: dispositionOf(query.name ?? facts.sha256, inline),
      length: facts.size,
    });
  }
}
