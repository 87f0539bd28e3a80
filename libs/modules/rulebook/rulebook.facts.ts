import { Injectable } from '@nestjs/common';
import { FactsReader, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import type { RulebookCommands, RulebookFacts } from './rulebook.decider.js';
import { SHIPPED } from './shipped.query.js';

/** Tells the rules of the rulebook what the product ships, and whether the file of a document is there. */
@Injectable()
export class RulebookFactsReader extends FactsReader<RulebookCommands, RulebookFacts> {
  constructor(private readonly files: FileStore) {
    super();
  }

  override async read({ data }: Dispatch<RulebookCommands>): Promise<RulebookFacts> {
    const { file } = data.document;
    return { missingFile: file !== undefined && !(await this.files.has(file)), shipped: SHIPPED };
  }
}
