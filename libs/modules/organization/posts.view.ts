import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { View } from '#kernel';
import type { OrganizationEvents } from './organization.events.js';

/** A post of a unit. */
@Entity('post')
export class Post {
  @PrimaryColumn('uuid') post!: string;
  @Index() @Column('uuid') unit!: string;
  @Column('text') title!: string;
  @Column('boolean') head!: boolean;
  @Column('date') on!: string;
  @Column('bigint') since!: string;
}

/** Who was said to hold a post from `on`; nobody when it was vacated. */
@Entity('holding')
@Index(['post', 'on', 'since'])
@Index(['holder'])
export class Holding {
  @PrimaryColumn('bigint') since!: string;
  @Column('uuid') post!: string;
  @Column('date') on!: string;
  @Column('text', { nullable: true }) holder!: string | null;
}

/** Posts and who holds them, by day and position. */
export const posts: View<OrganizationEvents> = {
  name: 'posts',
  tables: [Post, Holding],
  on: {
    PostEstablished: ({ data, at, on }, rows) => rows.add(Post, { ...data, on, since: at }),
    PostFilled: ({ data: { post, holder }, at, on }, rows) => rows.add(Holding, { since: at, post, on, holder }),
    PostVacated: ({ data: { post }, at, on }, rows) => rows.add(Holding, { since: at, post, on, holder: null }),
  },
};
