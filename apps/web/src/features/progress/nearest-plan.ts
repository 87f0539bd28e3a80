import type { PlanRow } from '../../contract';

type Plan = Pick<PlanRow, 'status' | 'year' | 'kind'> & { unit: { id: string } };

/**
 * Of the plans the one that concerns somebody of a unit most: no draft as long as there is another, of this year, else
 * the newest; of several the unit's own, else that of administrative reform itself.
 */
export const nearest = <One extends Plan>(plans: readonly One[], year: number, unit: string | undefined) => {
  const claims = (plan: One): number[] => [
    Number(plan.status !== 'draft'),
    Number(plan.year === year),
    plan.year,
    Number(plan.unit.id === unit),
    Number(plan.kind === 'cchc'),
  ];
  const [first] = plans
    .map((plan) => ({ plan, claims: claims(plan) }))
    .sort((a, b) => a.claims.map((claim, index) => (b.claims[index] ?? 0) - claim).find((more) => more !== 0) ?? 0);
  return first?.plan;
};
