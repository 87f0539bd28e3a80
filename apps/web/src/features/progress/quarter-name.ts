import { useTranslation } from 'react-i18next';

const roman = ['', 'I', 'II', 'III', 'IV'];

/** `2026-Q3` → Quý III/2026; what has no due date is in no quarter. */
export const useQuarterName = (): ((quarter: string) => string) => {
  const { t } = useTranslation();
  return (quarter) => {
    const parts = /^(\d{4})-Q([1-4])$/.exec(quarter);
    return parts
      ? t('progress.quarterOf', { quarter: roman[Number(parts[2])], year: parts[1] })
      : t('counts.noDueDate');
  };
};
