import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { server } from '../../server';

/** Shown only where there is something to choose. */
export function PlanChoice({ current }: { current: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const plans = useQuery({ queryKey: ['plans'], queryFn: server.plans });
  const items = plans.data?.items ?? [];
  if (items.length < 2) return null;
  return (
    <Select
      aria-label={t('plans.choose')}
      value={current}
      popupMatchSelectWidth={false}
      style={{ maxWidth: '100%' }}
      options={items.map(({ id, title, unit }) => ({ value: id, label: `${title}, ${unit.name}` }))}
      onChange={(id: string) => void navigate(`/plans/${id}/progress`)}
    />
  );
}
