import { applyDecorators, ValidationPipe, type ArgumentMetadata, type Type as Class } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  IsDefined,
  IsObject,
  IsOptional,
  ValidateBy,
  ValidateNested,
  type ValidationError,
  type ValidationOptions,
} from 'class-validator';
import { isDay, refusal } from '#kernel';
import { formOf } from './forms.js';

type Fault = { readonly field: string; readonly rules: string[] };

const faultsOf = (errors: readonly ValidationError[], above = ''): Fault[] =>
  errors.flatMap((error) => {
    const field = above === '' ? error.property : `${above}.${error.property}`;
    const own = error.constraints ? [{ field, rules: Object.values(error.constraints) }] : [];
    return [...own, ...faultsOf(error.children ?? [], field)];
  });

/** Whether a text of it holds a sign that PostgreSQL stores in no text. */
const isUnreadable = (value: unknown): boolean => {
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const one = rest.pop();
    if (typeof one === 'string' && one.includes('\0')) return true;
    if (typeof one === 'object' && one !== null) for (const part of Object.values(one)) rest.push(part);
  }
  return false;
};

/** Takes what passes at once; the usual way judges, and words, whatever may not. */
class Forms extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'custom' && isUnreadable(value)) throw refusal('invalid', 'text.unreadable');
    const { metatype } = metadata;
    const form = metatype && this.toValidate(metadata) ? formOf(metatype)?.(value) : undefined;
    return form === undefined ? super.transform(value, metadata) : Promise.resolve(form);
  }
}

/** Checks the form of bodies and queries by their classes; unknown fields are refused (422 `request.invalid`). */
export const validation = (): ValidationPipe =>
  new Forms({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) => refusal('invalid', 'request.invalid', { faults: faultsOf(errors) }),
  });

/** An existing calendar day, `YYYY-MM-DD`. */
export const IsDay = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isDay',
      validator: {
        validate: (value: unknown) => isDay(value),
        defaultMessage: () => '$property must be an existing day in the form YYYY-MM-DD',
      },
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
