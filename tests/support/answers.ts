/** A schema as our reference uses it for answers. */
type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
};

/** The reference as far as answers go. */
export type Reference = {
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly get?: {
          readonly responses: Readonly<
            Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
          >;
        };
      }
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

const isOf = (type: string, value: unknown): boolean => {
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && !Array.isArray(value);
  return typeof value === type;
};

/** Where an answer is not what its schema says, each place once: fields that it does not know, that are missing, of another kind. */
export const unlike = (reference: Reference, schema: Schema, answer: unknown): readonly string[] => {
  const found = new Set<string>();
  const look = (asked: Schema, value: unknown, place: string): void => {
    const name = asked.$ref?.split('/').at(-1);
    const form = name === undefined ? asked : (reference.components.schemas[name] ?? {});
    if (value === null) {
      if (!form.nullable) found.add(`${place} is null`);
      return;
    }
    if (form.type !== undefined && !isOf(form.type, value)) found.add(`${place} is no ${form.type}`);
    if (form.enum && !form.enum.includes(value)) found.add(`${place} is none of its words: ${JSON.stringify(value)}`);
    if (Array.isArray(value)) for (const item of value) look(form.items ?? {}, item, `${place}[]`);
    else if (typeof value === 'object' && value !== undefined) {
      const fields = value as Readonly<Record<string, unknown>>;
      for (const field of form.required ?? []) if (!(field in fields)) found.add(`${place}.${field} is missing`);
      for (const [field, part] of Object.entries(fields)) {
        const known = form.properties?.[field];
        if (known) look(known, part, `${place}.${field}`);
        else if (!form.additionalProperties) found.add(`${place}.${field} is not in the reference`);
      }
    }
  };
  look(schema, answer, '');
  return [...found].sort();
};
