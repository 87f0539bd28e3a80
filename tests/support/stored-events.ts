import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import type { JsonObject } from '#kernel';
import type { StoredEvent } from '#platform/event-store';

const FOLDER = 'tests/stored-events';

/** What was stored of one type in one schema version; the file is called `<Type>@<version>.json`. */
export type Released = { readonly type: string; readonly schema: number; readonly events: readonly StoredEvent[] };

/** Every event ever released, as it was stored, by type and schema version. */
export const released = (): readonly Released[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const [, type = '', version] = /^(\w+)@(\d+)\.json$/.exec(file) ?? [];
      const events = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as (Omit<StoredEvent, 'data'> & {
        readonly data: JsonObject;
      })[];
      return {
        type,
        schema: Number(version),
        events: events.map((event) => ({ ...event, data: canonicalize(event.data) ?? '' })),
      };
    });

/** All of them in the order of their log: one history in which each has what it needs before it. */
export const releasedLog = (): readonly StoredEvent[] =>
  released()
    .flatMap(({ events }) => events)
    .sort((a, b) => Number(BigInt(a.position) - BigInt(b.position)));
