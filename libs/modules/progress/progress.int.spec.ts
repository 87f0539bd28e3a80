import { Province } from '../../../tests/support/province.js';

let province: Province;
beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ', 'Sở Y tế'] });
});
afterAll(() => province.close());

/** counting.md, section 4. */
describe('work done on 28/6, reported on 2/7 and accepted on 10/7', () => {
  let plan: string;

  beforeAll(async () => {
    const { app } = province;
    const made = await province.promulgate(2026, [{ title: 'Báo cáo', leads: ['Sở Nội vụ'], deadline: '30/6/2026' }]);
    ({ plan } = made);
    const owed = province.obligation(made.rows[0] ?? '', 'Sở Nội vụ');
    app.clock.set('2026-07-02');
    const report = await province
      .reporter('Sở Nội vụ')
      .post(`/obligations/${owed}/reports`, {
        period: 1,
        percent: 100,
        complete: true,
        on: '2026-06-28',
        evidence: [{ kind: 'Báo cáo', number: '12/BC-SNV', date: '2026-06-28' }],
      })
      .expect(201);
    app.clock.set('2026-07-10');
    await province.coordinator().put(`/obligations/${owed}/acceptance`, { report: report.body.entry }).expect(200);
    app.clock.set('2026-12-31');
    await app.settled();
  });

  it.each([
    ['2026-06-30', '2026-06-30', 0],
    ['2026-06-30', '2026-07-09', 0],
    ['2026-06-30', '2026-07-10', 1],
    ['2026-06-27', '2026-12-31', 0],
  ])('on %s, as recorded by %s, counts as %i', async (on, recorded, completed) => {
    const { body } = await province
      .coordinator()
      .get(`/plans/${plan}/progress?on=${on}&recorded=${recorded}`)
      .expect(200);
    expect(body).toMatchObject({ on, recorded, completed: { numerator: completed, denominator: 1 } });
  });
});
