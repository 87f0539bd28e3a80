import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { server } from '../../server';
import styles from './plan-choice.module.css';

/** Shown only where there is something to choose. */
export function PlanChoice({ current }: { current: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: plans = [] } = useQuery({ queryKey: ['plans'], queryFn: server.plans });
  if (plans.length < 2) return null;
  return (
    <Select
      aria-label={t('plans.choose')}
      className={styles.choice}
      classNames={{ popup: { root: styles.popup } }}
      value={current}
      popupMatchSelectWidth={false}
      options={plans.map(({ id, title, unit }) => ({ value: id, label: `${title}, ${unit.name}` }))}
      optionRender={({ label }) => <span className={styles.option}>{label}</span>}
      onChange={(id: string) => void navigate(`/plans/${id}/progress`)}
    />
  );
}
