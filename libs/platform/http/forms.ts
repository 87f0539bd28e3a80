import type { Type as Class } from '@nestjs/common';
import { TransformationType, type TransformFnParams } from 'class-transformer';
import { defaultMetadataStorage as transforms } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes, type ValidatorConstraintInterface } from 'class-validator';

/** The instance that a value says, or undefined when it may be refused. */
export type Form = (value: unknown) => object | undefined;

type Rules = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;
type Rule = Rules[number];
type Test = (value: unknown, object: object) => boolean;

/** What is done to one field: how it is read, when it is checked, and what it must pass. */
type Field = {
  readonly name: string;
  readonly read: (value: unknown, whole: object) => unknown;
  readonly conditions: readonly Test[];
  readonly tests: readonly Test[];
};

/** What `read` gives for a value that class-transformer shall read. */
const STRANGE = Symbol('strange');

/** An object as JSON, query and route make it: of no class. */
const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const testOf = (rule: Rule, constraint: ValidatorConstraintInterface, owner: Class): Test => {
  const { each, constraints, propertyName: property } = rule;
  const { name: targetName } = owner;
  const one: Test = (value, object) =>
    constraint.validate(value, { targetName, property, object, value, constraints }) === true;
  if (!each) return one;
  return (value, object) => {
    if (!Array.isArray(value)) return one(value, object);
    const context = { targetName, property, object, value, constraints };
    return value.every((item) => constraint.validate(item, context) === true);
  };
};

/** The tests of a rule; undefined when it is of a kind that only class-validator knows. */
const testsOf = (rule: Rule, owner: Class): readonly Test[] | undefined => {
  const { type, constraintCls, groups, validateIf } = rule;
  if ((groups?.length ?? 0) > 0 || (validateIf as unknown) !== undefined) return undefined;
  if (type !== ValidationTypes.CUSTOM_VALIDATION && type !== ValidationTypes.IS_DEFINED) return undefined;
  const constraints = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  return constraints.some(({ async }) => async)
    ? undefined
    : constraints.map(({ instance }) => testOf(rule, instance, owner));
};

/** Kinds of rules that `fieldOf` sees to itself; one that only names its field asks nothing. */
const KNOWN: ReadonlySet<string> = new Set([
  ValidationTypes.CONDITIONAL_VALIDATION,
  ValidationTypes.NESTED_VALIDATION,
  ValidationTypes.WHITELIST,
]);

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

const readerOf = (nested: Form | undefined, isNumber: boolean): ((value: unknown) => unknown) => {
  const one = (value: unknown): unknown => {
    if (value === null || value === undefined) return value;
    if (nested) return isPlain(value) ? (nested(value) ?? STRANGE) : STRANGE;
    return isScalar(value) ? (isNumber ? Number(value) : value) : STRANGE;
  };
  return (value) => {
    if (!Array.isArray(value)) return one(value);
    const items: unknown[] = [];
    for (const item of value) {
      const read = one(item);
      if (read === STRANGE || (nested && isScalar(read))) return STRANGE;
      items.push(read);
    }
    return items;
  };
};

const fieldOf = (owner: Class, name: string, rules: Rules): Field | undefined => {
  const of = (kind: string): Rules => rules.filter(({ type }) => type === kind);
  const type = transforms.findTypeMetadata(owner, name);
  const target: unknown = type?.typeFunction({ newObject: undefined, object: {}, property: name });
  const isNested = of(ValidationTypes.NESTED_VALIDATION).length > 0;
  const nested = isNested && typeof target === 'function' ? formOf(target as Class) : undefined;
  if (isNested ? !nested : target !== undefined && target !== Number) return undefined;
  if (type?.options?.discriminator || type?.reflectedType === Map || type?.reflectedType === Set) return undefined;
  const changes = transforms.findTransformMetadatas(owner, name, TransformationType.PLAIN_TO_CLASS);
  if (changes.some(({ options }) => options && Object.keys(options).length > 0)) return undefined;
  const conditions = of(ValidationTypes.CONDITIONAL_VALIDATION).map(({ constraints: [holds] }): Test => {
    const condition = holds as (object: object, value: unknown) => unknown;
    return (value, object) => Boolean(condition(object, value));
  });
  const tests = rules.filter(({ type }) => !KNOWN.has(type)).map((rule) => testsOf(rule, owner));
  if (!tests.every((found) => found !== undefined)) return undefined;
  if (nested) tests.push([(value) => value !== null]);
  const plain = readerOf(nested, target === Number);
  return {
    name,
    read: (value, obj) => {
      let read = plain(value);
      for (const { transformFn } of changes) {
        if (read === STRANGE) break;
        const asked = { value: read, key: name, obj, type: TransformationType.PLAIN_TO_CLASS, options: {} };
        read = (transformFn as (asked: TransformFnParams) => unknown)(asked);
      }
      return read;
    },
    conditions,
    tests: tests.flat(),
  };
};

const passes = (tests: readonly Test[], value: unknown, object: object): boolean => {
  for (const test of tests) if (!test(value, object)) return false;
  return true;
};

const compiled = (owner: Class): Form | undefined => {
  const rules = getMetadataStorage().getTargetValidationMetadatas(owner, '', false, false);
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const made = names.map((name) =>
    fieldOf(
      owner,
      name,
      rules.filter(({ propertyName }) => propertyName === name),
    ),
  );
  const fields = made.filter((field) => field !== undefined);
  if (fields.length === 0 || fields.length < names.length) return undefined;
  if (transforms.getExposedMetadatas(owner).length + transforms.getExcludedMetadatas(owner).length > 0)
    return undefined;
  if (transforms.getStrategy(owner) !== 'none') return undefined;
  const byName = new Map(fields.map((field) => [field.name, field]));
  return (value) => {
    if (!isPlain(value)) return undefined;
    const form = new owner() as Record<string, unknown>;
    for (const name of Object.keys(value)) {
      const field = byName.get(name);
      const read = field ? field.read(value[name], value) : STRANGE;
      if (read === STRANGE) return undefined;
      form[name] = read;
    }
    for (const { name, conditions, tests } of fields) {
      const own = form[name];
      if (passes(conditions, own, form) && !passes(tests, own, form)) return undefined;
    }
    return form;
  };
};

const forms = new WeakMap<Class, { readonly form: Form | undefined }>();

/**
 * What the decorators of a class say, put together once: reads and checks a value in one go. It answers only what
 * class-transformer and class-validator would answer too; whatever they might refuse or read in another way is
 * undefined, and theirs to judge and to put into words. Undefined for a class that uses more than it knows.
 */
export const formOf = (owner: Class): Form | undefined => {
  const known = forms.get(owner);
  if (known) return known.form;
  // A class that holds itself finds nothing here yet.
  forms.set(owner, { form: undefined });
  const form = compiled(owner);
  forms.set(owner, { form });
  return form;
};
