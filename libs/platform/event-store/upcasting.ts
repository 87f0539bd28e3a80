import type { Current, JsonObject, Messages, Seen, Upcasters } from '#kernel';
import type { StoredEvent } from './event-store.js';

/** The upcasters of all modules as one: run on every read, so that rules and views see current events only. */
export class Upcasting {
  private readonly steps = new Map<string, Upcasters[string]>();

  constructor(tables: readonly Upcasters[]) {
    for (const table of tables) {
      for (const [key, step] of Object.entries(table)) {
        if (this.steps.has(key)) throw new Error(`two upcasters for ${key}`);
        this.steps.set(key, step);
      }
    }
  }

  /** The event in its present shape. */
  current(event: Pick<StoredEvent, 'type' | 'schema' | 'data'>): Current {
    let shape = { type: event.type, schema: event.schema, data: JSON.parse(event.data) as JsonObject };
    if (this.steps.size === 0) return shape;
    for (;;) {
      const step = this.steps.get(`${shape.type}@${shape.schema}`);
      if (!step) return shape;
      shape = step(shape.data);
    }
  }

  /** The event in its present shape as views and processes see it; `at` is its position as digits that sort. */
  seen(event: StoredEvent, at: string): Seen<Messages, string> {
    const { id, stream, on, recorded, actor, command } = event;
    const { type, data } = this.current(event);
    return { event: id, type, id: stream.slice(stream.indexOf('-') + 1), data, at, on, recorded, actor, command };
  }

  /** Its present name, for which it is read only where an upcaster may have changed that; else the stored one. */
  nameOf(event: Pick<StoredEvent, 'type' | 'schema' | 'data'>): string {
    if (this.isCurrent(event)) return event.type;
    try {
      return this.current(event).type;
    } catch {
      return event.type;
    }
  }

  private isCurrent({ type, schema }: Pick<StoredEvent, 'type' | 'schema'>): boolean {
    return this.steps.size === 0 || !this.steps.has(`${type}@${schema}`);
  }

  /** The schema version in which an event of that name is written now. */
  schemaOf(type: string): number {
    let schema = 1;
    for (const step of this.steps.keys()) {
      const [name, version] = step.split('@');
      if (name === type) schema = Math.max(schema, Number(version) + 1);
    }
    return schema;
  }
}
