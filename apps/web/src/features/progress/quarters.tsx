import { useTranslation } from 'react-i18next';
import type { Figures } from '../../contract';
import { percentText } from '../../numbers';
import { Bar } from '../../ui/bar';
import { useQuarterName } from './quarter-name';
import { RowsLink } from './rows-link';
import styles from './breakdown.module.css';

export function Quarters({ figures }: { figures: Figures }) {
  const { t } = useTranslation();
  const named = useQuarterName();
  return (
    <section className={styles.sheet} aria-labelledby="quarters">
      <h2 id="quarters" className={styles.title}>
        {t('progress.quarters')}
      </h2>
      <table className={styles.bars}>
        <thead>
          <tr>
            <th scope="col">{t('progress.quarter')}</th>
            <th scope="col" className={styles.wide}>
              <span className={styles.hidden}>{t('progress.bar')}</span>
            </th>
            <th scope="col" className={styles.number}>
              {t('figures.completed')}
            </th>
            <th scope="col" className={styles.number}>
              {t('progress.percent')}
            </th>
          </tr>
        </thead>
        <tbody>
          {figures.byQuarter.map(({ quarter, completed }) => (
            <tr key={quarter}>
              <th scope="row" className={styles.short}>
                <RowsLink rows="all" quarter={quarter}>
                  {named(quarter)}
                </RowsLink>
              </th>
              <td className={styles.wide}>
                <Bar value={completed.numerator} of={completed.denominator} />
              </td>
              <td className={styles.number} data-label={t('figures.completed')}>
                <RowsLink rows="completed" quarter={quarter}>
                  {completed.numerator}/{completed.denominator}
                </RowsLink>
              </td>
              <td className={styles.number} data-label={t('progress.percent')}>
                {percentText(completed.percent)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
