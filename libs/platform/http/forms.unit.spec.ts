import { ValidationPipe } from '@nestjs/common';
import { Expose, Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import fc from 'fast-check';
import { Refusal } from '#kernel';
import { ById, DocumentBody, PageQuery } from './bodies.js';
import { formOf } from './forms.js';
import { IsDay, Optional, OptionalPart, Part, validation } from './validation.js';

class Piece {
  @IsString() @Length(1, 5) name!: string;
  @Optional() @IsInt() weight?: number;
}

class Everything {
  @IsInt() @Min(1) @Max(9) count!: number;
  @IsBoolean() sure!: boolean;
  @IsDay() day!: string;
  @Optional() @IsIn(['a', 'b']) kind?: string;
  @Optional() @IsArray() @ArrayMaxSize(2) @ValidateNested({ each: true }) @Type(() => Piece) pieces?: Piece[];
  @ValidateNested() @Type(() => Piece) loose?: Piece;
  @Part(() => Piece) part!: Piece;
  @OptionalPart(() => Piece) more?: Piece;
  @Optional() @IsArray() @IsString({ each: true }) @Matches(/^\w+$/, { each: true }) words?: string[];
  @ValidateIf(({ sure }: Everything) => sure) @IsUUID() id?: string | null;
  @Optional() @Type(() => Number) @IsInt() size?: number;
}

class Heir extends Piece {
  @IsString() @Length(2, 3) override name!: string;
  @IsBoolean() rich!: boolean;
}

class Free {
  @IsObject() anything!: object;
}

class Renamed {
  @Expose({ name: 'other' }) @IsString() own!: string;
}

class Versioned {
  @Transform(() => 'x', { since: 2 }) @IsString() word!: string;
}

class Grouped {
  @IsString({ groups: ['g'] }) word!: string;
}

class Endless {
  @Optional() @ValidateNested() @Type(() => Endless) inner?: Endless;
}

const UUID = '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10';
const good: Readonly<Record<string, unknown>> = {
  count: 3,
  sure: true,
  day: '2026-02-28',
  kind: 'a',
  pieces: [{ name: 'x' }, { name: 'y', weight: 2 }],
  loose: { name: 'x' },
  part: { name: 'x', weight: null },
  more: null,
  words: ['so', 'is', 'it'],
  id: UUID,
  size: '7',
};

const usual = new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true });
const judged = async (form: new () => object, value: unknown): Promise<{ readonly passed?: unknown }> => {
  try {
    const metadata = { type: 'body', metatype: form } as const;
    return { passed: (await usual.transform(structuredClone(value), metadata)) as unknown };
  } catch {
    return {};
  }
};

/** What passes is what passes the usual way, down to the classes of its parts. */
const agrees = async (form: new () => object, value: unknown): Promise<boolean> => {
  const quick = formOf(form)?.(structuredClone(value));
  if (quick === undefined) return false;
  expect({ passed: quick }).toStrictEqual(await judged(form, value));
  return true;
};

describe('forms', () => {
  it.each<[string, new () => object, unknown]>([
    ['of every kind of field', Everything, good],
    ['without what may be missing', Everything, { count: 1, sure: false, day: '2026-01-01', part: { name: 'a' } }],
    ['of an heir', Heir, { name: 'ab', weight: 1, rich: true }],
    ['of a query', PageQuery, { limit: '20', after: '17' }],
    ['of an empty query', PageQuery, {}],
    ['of a route', ById, Object.assign(Object.create(Object.create(null) as object) as object, { id: UUID })],
    ['of a route in capitals', ById, { id: UUID.toUpperCase() }],
    ['of a document', DocumentBody, { kind: 'Kế hoạch', number: '1/KH', date: '2026-01-01', signatory: null }],
  ])('%s are read at once', async (_, form, value) => {
    expect(await agrees(form, value)).toBe(true);
  });

  it('take nothing that would be refused, and read what they take as it would be read', async () => {
    const odd = fc.constantFrom<unknown>(
      ...[null, undefined, 0, -1, 2.5, 3, '', '3', 'a', 'toolong', true, [], {}, [null], [[]], ['a'], [{ name: 'x' }]],
      ...[{ name: 'x' }, { name: 'x', extra: 1 }, { name: 7 }, [{ name: '' }], '2026-02-29', UUID, { constructor: 1 }],
    );
    const at = fc.constantFrom(...Object.keys(good), 'unknown', 'constructor', 'toString');
    const changes = fc.array(fc.tuple(at, fc.option(odd, { nil: 'missing' })), { minLength: 1, maxLength: 3 });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const value: Record<string, unknown> = { ...good };
        for (const [name, now] of changed) {
          if (now === 'missing') Reflect.deleteProperty(value, name);
          else value[name] = now;
        }
        if (await agrees(Everything, value)) taken += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it.each([null, undefined, 'text', 7, [], [good], new Map(), new Date(), Buffer.from('x')])(
    'leave %p to the usual way',
    (value) => {
      expect(formOf(Everything)?.(value)).toBeUndefined();
    },
  );

  it.each([Renamed, Versioned, Grouped, Endless, class Empty {}])('leave %p to the usual way', (form) => {
    expect(formOf(form)).toBeUndefined();
  });

  it('leave fields without a form of their own to the usual way when they hold objects', async () => {
    const value = { anything: { a: [1] } };
    expect(formOf(Free)?.(value)).toBeUndefined();
    const read: unknown = await validation().transform(value, { type: 'body', metatype: Free });
    expect(read).toStrictEqual(Object.assign(new Free(), value));
  });

  it.each([
    ['count', '3', 'Phải là số nguyên; nhỏ nhất là 1; lớn nhất là 9.'],
    ['day', '2026-02-30', 'Phải là ngày có trong lịch, viết YYYY-MM-DD.'],
    ['kind', 'c', 'Phải là một trong các giá trị: a, b.'],
    ['words', [1], 'Từng mục phải là chữ; từng mục phải viết đúng dạng quy định.'],
    ['pieces', [{ name: 'x' }, { name: 'y' }, { name: 'z' }], 'Có nhiều nhất 2 mục.'],
  ])('say in Vietnamese what %s must be', async (field, wrong, detail) => {
    const refused: unknown = await validation()
      .transform({ ...good, [field]: wrong }, { type: 'body', metatype: Everything })
      .catch((error: unknown) => error);
    expect((refused as Refusal).details['faults']).toMatchObject([{ field, detail }]);
  });

  it('tell a hundred faults and count the others', async () => {
    const pieces = Array.from({ length: 300 }, () => ({ name: '' }));
    const refused: unknown = await validation()
      .transform({ ...good, pieces }, { type: 'body', metatype: Everything })
      .catch((error: unknown) => error);
    const { faults, more } = (refused as Refusal).details as unknown as { faults: unknown[]; more: number };
    expect([faults.length, more]).toEqual([100, 201]);
  });

  it('look at no more parts than a body can sensibly have', async () => {
    const pieces = Array.from({ length: 20_001 }, () => ({}));
    expect(() => validation().transform({ ...good, pieces }, { type: 'body', metatype: Everything })).toThrow(
      'request.too-large',
    );
  });

  it('are refused with all their faults', async () => {
    const value = { ...good, count: 99, part: { name: '' }, unknown: 1 };
    const refused: unknown = await validation()
      .transform(value, { type: 'body', metatype: Everything })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refusal);
    const { code, details } = refused as Refusal;
    expect(code).toBe('request.invalid');
    expect(details['faults']).toEqual([
      { field: 'unknown', rules: ['whitelistValidation'], detail: 'Không có ô này.' },
      { field: 'count', rules: ['max'], detail: 'Lớn nhất là 9.' },
      { field: 'part.name', rules: ['isLength'], detail: 'Dài từ 1 đến 5 ký tự.' },
    ]);
  });
});
