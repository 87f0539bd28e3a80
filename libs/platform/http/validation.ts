import {
  applyDecorators,
  BadRequestException,
  ValidationPipe,
  type ArgumentMetadata,
  type Type as Class,
} from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  getMetadataStorage,
  IsDefined,
  IsObject,
  IsOptional,
  ValidateBy,
  ValidateNested,
  type ValidationError,
  type ValidationOptions,
} from 'class-validator';
import { isDay, refusal } from '#kernel';
import { said } from '#platform/wording';
import { formOf } from './forms.js';

/** A field, the names of the rules that it breaks, and a Vietnamese sentence that says what they ask for. */
type Fault = { readonly field: string; readonly rules: string[]; readonly detail: string };

/** What a rule of a form asks for, in words; `each` when it is about the items of a list. */
export const ruleInWords = (rule: string, asks: readonly unknown[] = [], each = false): string => {
  const [first, second] = asks.map((one) => (Array.isArray(one) ? one.join(', ') : one));
  const words = said(`forms.${rule}`, { first, second });
  return each ? said('forms.each', { rule: words }) : words;
};

const sentenceWith = (words: readonly string[]): string => {
  const sentence = `${words.join('; ')}.`;
  return sentence.charAt(0).toLocaleUpperCase('vi') + sentence.slice(1);
};

/** A broken field, its rules in the order in which they are written above it. */
const faultOf = (field: string, { target, property, constraints = {} }: ValidationError): Fault => {
  const asked = target && getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  const rules = Object.keys(constraints).reverse();
  const words = rules.map((rule) => {
    const found = asked?.find(({ propertyName, name }) => propertyName === property && name === rule);
    return ruleInWords(rule, found?.constraints, found?.each);
  });
  return { field, rules, detail: sentenceWith([...new Set(words)]) };
};

/** Each field in which something is wrong, by its path, with what was found there. */
const brokenFields = (
  errors: readonly ValidationError[],
  above = '',
): (readonly [field: string, error: ValidationError])[] =>
  errors.flatMap((error) => {
    const field = above === '' ? error.property : `${above}.${error.property}`;
    const own = error.constraints ? [[field, error] as const] : [];
    return [...own, ...brokenFields(error.children ?? [], field)];
  });

/** So many faults are told, of the others their number. */
const TOLD = 100;

const faultsOf = (errors: readonly ValidationError[]): { readonly faults: Fault[]; readonly more?: number } => {
  const broken = brokenFields(errors);
  const faults = broken.slice(0, TOLD).map(([field, error]) => faultOf(field, error));
  return { faults, ...(broken.length > TOLD ? { more: broken.length - TOLD } : {}) };
};

/** No form nests deeper; what does would be followed until the stack ends. */
const DEEPEST = 32;
/** No body of the size that is taken has more parts with fields of their own; each of them takes time to be judged. */
const MOST_PARTS = 20_000;

/** Refuses what nests too deep or has too many parts, and texts with a sign that PostgreSQL stores in none. */
export const readable = (whole: unknown): void => {
  let parts = 0;
  const look = (value: unknown, depth: number): void => {
    if (depth > DEEPEST) throw new BadRequestException();
    if (typeof value === 'string') {
      if (value.includes('\0')) throw refusal('invalid', 'text.unreadable');
    } else if (typeof value === 'object' && value !== null) {
      if (!Array.isArray(value)) parts += 1;
      if (parts > MOST_PARTS) throw refusal('invalid', 'request.too-large');
      for (const field of Object.keys(value)) look((value as Record<string, unknown>)[field], depth + 1);
    }
  };
  look(whole, 0);
};

/** The path of a list where no form has one: instead of a form, or as an item of another list; undefined without any. */
const misplacedList = (value: unknown, path = '', isItem = true): string | undefined => {
  if (Array.isArray(value) && isItem) return path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = misplacedList(inner, path === '' ? name : `${path}.${name}`, Array.isArray(value));
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Takes what passes at once; the usual way judges, and words, whatever may not. */
class Forms extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'custom') readable(value);
    const { metatype } = metadata;
    if (metatype && this.toValidate(metadata)) {
      const form = formOf(metatype)?.(value);
      if (form !== undefined) return Promise.resolve(form);
      // The usual way looks into lists however deep they lie, and takes each item for the form.
      const field = misplacedList(value);
      if (field !== undefined) {
        const fault: Fault = { field, rules: ['isObject'], detail: sentenceWith([ruleInWords('isObject')]) };
        throw refusal('invalid', 'request.invalid', { faults: [fault] });
      }
    }
    return super.transform(value, metadata);
  }
}

/**
 * Checks the form of bodies and queries by their classes; unknown fields are refused. What is wrong with which field is
 * told by the details of the refusal (422 `request.invalid`): `faults: [{field, rules, detail}]`, and `more`, how many
 * others there are.
 */
export const validation = (): ValidationPipe =>
  new Forms({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: false,
    // Of the object in which an error was found only the class is looked at; nothing of it is sent.
    validationError: { target: true },
    exceptionFactory: (errors) => refusal('invalid', 'request.invalid', faultsOf(errors)),
  });

/** An existing calendar day, `YYYY-MM-DD`. */
export const IsDay = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isDay',
      validator: { validate: (value: unknown) => isDay(value) },
    },
    options,
  );

/** A field that may be missing; null says the same. */
export const Optional = (): PropertyDecorator =>
  applyDecorators(
    IsOptional(),
    Transform(({ value }: { readonly value: unknown }) => value ?? undefined),
  );

/** A part of a body that has a form of its own and must be there. */
export const Part = (form: () => Class): PropertyDecorator =>
  applyDecorators(IsDefined(), IsObject(), ValidateNested(), Type(form));

/** Likewise a part that may be missing. */
export const OptionalPart = (form: () => Class): PropertyDecorator =>
  applyDecorators(Optional(), IsObject(), ValidateNested(), Type(form));
