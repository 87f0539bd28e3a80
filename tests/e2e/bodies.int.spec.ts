import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { idOf } from '#platform/commands';
import { Province } from '../support/province.js';

type Schema = {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly example?: unknown;
  readonly type?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
};
type Operation = {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
};

let province: Province;
const known = new Map<string, string>();

beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ'] });
  const { plan, rows } = await province.promulgate(2026, [
    { title: 'Báo cáo', leads: ['Sở Nội vụ'], deadline: '30/6/2026' },
  ]);
  const obligation = province.obligation(rows[0] ?? '', 'Sở Nội vụ');
  province.app.clock.set('2026-12-18');
  const report = { period: 1, percent: 100, complete: true, on: '2026-03-14', account: 'Đã xong.' };
  const { body } = await province.reporter('Sở Nội vụ').post(`/obligations/${obligation}/reports`, report).expect(201);
  known
    .set('plans', plan)
    .set('tasks', rows[0] ?? '')
    .set('obligations', obligation)
    .set('entries', body.entry);
  known.set('draft', (await province.draft(2027, [])).plan);
  known.set('units', province.id('Sở Nội vụ'));
});
afterAll(() => province.close());

/** The example of a body as the reference shows it. */
const exampleOf = (document: OpenAPIObject, schema: Schema | undefined): unknown => {
  if (!schema) return undefined;
  if (schema.example !== undefined) return schema.example;
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return exampleOf(document, document.components?.schemas?.[name] as Schema | undefined);
  if (schema.allOf ?? schema.oneOf) return exampleOf(document, (schema.allOf ?? schema.oneOf)?.[0]);
  if (schema.type === 'array') return [exampleOf(document, schema.items)];
  if (!schema.properties) return undefined;
  return Object.fromEntries(
    Object.entries(schema.properties).map(([field, part]) => [field, exampleOf(document, part)]),
  );
};

/** The route of a path, to things that are there. */
const routeOf = (path: string): string =>
  path
    .replace('/api/v1', '')
    .replace(/^\/(\w+)\/\{id\}/, (whole, kind: string) => `/${kind}/${known.get(kind) ?? whole}`)
    .replace(/\{\w+\}/g, idOf('nothing'));

const STRANGE = [undefined, null, '', 'x', '\u0000', '\ud800', -1, 1e21, true, {}, [], [null], [{}], [[]], [[{}]]];

describe('a body of which one field is not what its route expects', () => {
  it('is refused or taken, and never breaks anything', async () => {
    const document = SwaggerModule.createDocument(province.app.nest, new DocumentBuilder().build());
    const office = province.coordinator();
    const broken: string[] = [];
    let asked = 0;
    for (const [path, operations] of Object.entries(document.paths)) {
      // Signing in is slowed down for who guesses.
      if (path.includes('session') || path.includes('password')) continue;
      for (const method of ['post', 'put'] as const) {
        const operation = operations[method] as Operation | undefined;
        const schema = operation?.requestBody?.content?.['application/json']?.schema;
        const example = exampleOf(document, schema) as Record<string, unknown> | undefined;
        if (!example) continue;
        const route = routeOf(path);
        const bodies = Object.keys(example).flatMap((field) =>
          STRANGE.map((value) => ({ ...example, [field]: value })),
        );
        // Some acts are possible on drafts only.
        const routes = new Set([route, route.replace(known.get('plans') ?? '', known.get('draft') ?? '')]);
        for (const to of routes) {
          for (const body of [undefined, [], ...bodies]) {
            asked += 1;
            const { status } = await office[method](to, body);
            if (status >= 500) broken.push(`${method} ${path} ${JSON.stringify(body)}`);
          }
        }
      }
    }
    expect(broken).toEqual([]);
    expect(asked).toBeGreaterThan(500);
  }, 120_000);
});

/** Parts of a place in a list, as nobody was ever given them. */
const PLACES = ['9'.repeat(30), '9223372036854775808', '-1', '1.5', '1e5', 'x', '\u0000', '', '0'.repeat(36)];
const QUERIES = [
  ...PLACES.flatMap((part) =>
    [1, 2, 4].map((parts) => {
      const place = Buffer.from(JSON.stringify(Array.from({ length: parts }, () => part))).toString('base64url');
      return `cursor=${place}`;
    }),
  ),
  ...['9'.repeat(30), '9223372036854775808', '-1', 'x'].map((position) => `after=${position}`),
  ...['2026-02-30', '0001-01-01', '9999-12-31', '99999-01-01', 'x'].flatMap((day) => [`on=${day}`, `recorded=${day}`]),
  ...['0', '-1', '1e9', 'x'].map((limit) => `limit=${limit}`),
  ...['search=%00', 'unit=%00', 'field=%00', 'year=99999999999', 'period=99999999999'],
];

it.each([
  ['instead of a body', [], ''],
  ['in a list', { period: 1, percent: 1, on: '2026-03-14', complete: false, evidence: [[]] }, 'evidence.0'],
  ['in a list of a list', { period: 1, percent: 1, on: '2026-03-14', complete: false, evidence: [[{}]] }, 'evidence.0'],
])('a list %s is refused in words', async (_, body, field) => {
  const obligation = known.get('obligations') ?? '';
  const answer = await province.coordinator().post(`/obligations/${obligation}/reports`, body).expect(422);
  const faults = [{ field, rules: ['isObject'], detail: 'Phải gồm các ô con.' }];
  expect(answer.body).toMatchObject({ code: 'request.invalid', details: { faults } });
});

describe('a body that nests without end', () => {
  it.each([
    ['lists', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['parts', '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000)],
  ])('of %s is not followed', async (_, nested) => {
    const office = province.coordinator();
    for (const caller of [office, office.with({ 'idempotency-key': idOf('nested', nested.length) })]) {
      const answer = await fetch(`${province.app.address}/api/v1/plans`, {
        method: 'POST',
        headers: { ...caller.headers, 'content-type': 'application/json' },
        body: `{"title":${nested}}`,
      });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'request.unreadable']);
    }
  });
});

describe('an address that nobody was given', () => {
  it('is refused as every other request when it cannot even be read', async () => {
    const answer = await fetch(`${province.app.address}/api/v1/plans/%ff`, { headers: province.coordinator().headers });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 400, code: 'request.unreadable' });
  });

  it('is refused or answered, and never breaks anything', async () => {
    const document = SwaggerModule.createDocument(province.app.nest, new DocumentBuilder().build());
    const office = province.coordinator();
    const broken: string[] = [];
    let asked = 0;
    for (const [path, operations] of Object.entries(document.paths)) {
      if (!operations.get) continue;
      const strange = path.replace('/api/v1', '').replace(/\{\w+\}/g, 'a%00b');
      for (const route of [strange, ...QUERIES.map((query) => `${routeOf(path)}?${query}`)]) {
        asked += 1;
        const { status } = await office.get(route);
        if (status >= 500) broken.push(route);
      }
    }
    expect(broken).toEqual([]);
    expect(asked).toBeGreaterThan(2_000);
  }, 120_000);
});
