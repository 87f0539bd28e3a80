import type { ApiResponseSchemaHost } from '@nestjs/swagger';

type Schema = Exclude<ApiResponseSchemaHost['schema'], { $ref: string }>;

/** A place of an example that says more than its value. */
class Marked {
  constructor(
    readonly example: unknown,
    readonly says: { readonly nullable?: true; readonly optional?: true; readonly words?: readonly string[] },
  ) {}
}

/** The value of this place may be null. */
export const orNull = (example: unknown): unknown => new Marked(example, { nullable: true });

/** This place may be missing. */
export const maybe = (example: unknown): unknown => new Marked(example, { optional: true });

/** The value of this place is one of these words; the first is the example. */
export const oneOf = (...words: readonly [string, ...string[]]): unknown => new Marked(words[0], { words });

const exampleIn = (shape: unknown): unknown => {
  if (shape instanceof Marked) return exampleIn(shape.example);
  if (Array.isArray(shape)) return shape.map(exampleIn);
  if (typeof shape !== 'object' || shape === null) return shape;
  return Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, exampleIn(value)]));
};

const FORMATS: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d{2}-\d{2}$/, 'date'],
  [/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/, 'date-time'],
  [/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/, 'uuid'],
];

const schemaOf = (shape: unknown): Schema => {
  if (shape instanceof Marked) {
    const { words, nullable } = shape.says;
    const schema: Schema = words ? { type: 'string', enum: [...words] } : schemaOf(shape.example);
    return nullable ? { ...schema, nullable } : schema;
  }
  if (Array.isArray(shape)) return { type: 'array', items: schemaOf(shape[0]) };
  if (typeof shape === 'object' && shape !== null) {
    const entries = Object.entries(shape);
    if (entries.length === 0) return { type: 'object', additionalProperties: true };
    const isOptional = (value: unknown): boolean => value instanceof Marked && value.says.optional === true;
    return {
      type: 'object',
      required: entries.filter(([, value]) => !isOptional(value)).map(([key]) => key),
      properties: Object.fromEntries(entries.map(([key, value]) => [key, schemaOf(value)])),
    };
  }
  if (typeof shape === 'number') return { type: Number.isInteger(shape) ? 'integer' : 'number' };
  if (typeof shape === 'boolean') return { type: 'boolean' };
  if (typeof shape !== 'string') return {};
  const format = FORMATS.find(([form]) => form.test(shape))?.[1];
  return format === undefined ? { type: 'string' } : { type: 'string', format };
};

/**
 * What an answer looks like, for OpenAPI and the types made from it: its example with `orNull`, `maybe` and `oneOf`
 * where one example cannot say it. A list is of what its first item is; an object with nothing in it is of anything.
 */
export const answer = (shape: unknown): { readonly schema: Schema } => ({
  schema: { ...schemaOf(shape), example: exampleIn(shape) },
});
