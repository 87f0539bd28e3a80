import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { People, type Person } from '#platform/http';
import { OrganizationQuery, type PostOn } from './organization.query.js';

/** A post and whoever holds it, by name; null while it is vacant. */
export type HeldPost = Omit<PostOn, 'holder'> & { readonly holder: Person | null };

/** Shows posts with the names of people. */
@Injectable()
export class PostAnswers {
  constructor(
    private readonly organization: OrganizationQuery,
    private readonly people: People,
  ) {}

  /** The posts of a unit on a day (today), heads first. */
  async of(unit: string, day?: Day): Promise<readonly HeldPost[]> {
    const posts = await this.organization.postsOf(unit, day);
    const person = await this.people.called(posts.flatMap(({ holder }) => holder ?? []));
    return posts.map((post) => ({ ...post, holder: post.holder === null ? null : person(post.holder) }));
  }
}
