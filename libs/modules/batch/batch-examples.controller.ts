import { oneOf, orNull } from '#platform/http';

/** How far a run is, as answers show it. */
export const RUN_EXAMPLE = {
  id: '9a1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  plan: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
  kind: oneOf('acceptances', 'status-import'),
  made: '2026-12-18T02:11:00.000Z',
  finished: orNull('2026-12-18T02:11:04.000Z'),
  total: 16,
  settled: 16,
  reported: 12,
  accepted: 3,
  unchanged: 0,
  refused: 1,
  working: false,
  fault: orNull('connection terminated'),
};
