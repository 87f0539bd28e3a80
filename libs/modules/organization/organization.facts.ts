import { Injectable } from '@nestjs/common';
import { FactsReader, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import type { OrganizationCommands, OrganizationFacts } from './organization.decider.js';

/** Tells the rules of units which files of documents are there. */
@Injectable()
export class OrganizationFactsReader extends FactsReader<OrganizationCommands, OrganizationFacts> {
  constructor(private readonly files: FileStore) {
    super();
  }

  override async read({ data }: Dispatch<OrganizationCommands>): Promise<OrganizationFacts> {
    return { missingFiles: await this.files.missingIn(data) };
  }
}
