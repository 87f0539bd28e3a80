import { answer, maybe, oneOf, orNull } from './answer.js';

describe('an answer in the reference', () => {
  it('is described by its example, and by what one example cannot say', () => {
    expect(
      answer({
        id: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
        due: orNull('2026-12-18'),
        state: oneOf('open', 'closed'),
        rows: [{ count: 3, note: maybe('x') }],
        share: 0.5,
      }).schema,
    ).toEqual({
      type: 'object',
      required: ['id', 'due', 'state', 'rows', 'share'],
      properties: {
        id: { type: 'string', format: 'uuid' },
        due: { type: 'string', format: 'date', nullable: true },
        state: { type: 'string', enum: ['open', 'closed'] },
        rows: {
          type: 'array',
          items: {
            type: 'object',
            required: ['count'],
            properties: { count: { type: 'integer' }, note: { type: 'string' } },
          },
        },
        share: { type: 'number' },
      },
      example: {
        id: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
        due: '2026-12-18',
        state: 'open',
        rows: [{ count: 3, note: 'x' }],
        share: 0.5,
      },
    });
  });
});
