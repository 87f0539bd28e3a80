import { useTranslation } from 'react-i18next';
import type { Figures } from '../../contract';
import { percentText } from '../../numbers';
import { Bar } from '../../ui/bar';
import { RowsLink } from './rows-link';
import styles from './breakdown.module.css';

export function Fields({ figures }: { figures: Figures }) {
  const { t } = useTranslation();
  return (
    <section className={styles.sheet} aria-labelledby="fields">
      <h2 id="fields" className={styles.title}>
        {t('progress.fields')}
      </h2>
      <table className={styles.bars}>
        <thead>
          <tr>
            <th scope="col">{t('progress.field')}</th>
            <th scope="col" className={styles.wide}>
              <span className={styles.hidden}>{t('progress.bar')}</span>
            </th>
            <th scope="col" className={styles.number}>
              {t('figures.completed')}
            </th>
            <th scope="col" className={styles.number}>
              {t('progress.percent')}
            </th>
            <th scope="col" className={styles.number}>
              {t('figures.carriedOut')}
            </th>
            <th scope="col" className={styles.number}>
              {t('counts.overdue')}
            </th>
          </tr>
        </thead>
        <tbody>
          {figures.byField.map(({ code, field, completed, carriedOut, overdue }) => (
            <tr key={code}>
              <th scope="row" className={styles.name}>
                <RowsLink rows="all" field={code}>
                  {field}
                </RowsLink>
              </th>
              <td className={styles.wide}>
                <Bar value={completed.numerator} soft={carriedOut.numerator} of={completed.denominator} />
              </td>
              <td className={styles.number} data-label={t('figures.completed')}>
                <RowsLink rows="completed" field={code}>
                  {completed.numerator}/{completed.denominator}
                </RowsLink>
              </td>
              <td className={styles.number} data-label={t('progress.percent')}>
                {percentText(completed.percent)}
              </td>
              <td className={styles.number} data-label={t('figures.carriedOut')}>
                <RowsLink rows="carriedOut" field={code}>
                  {carriedOut.numerator}/{carriedOut.denominator}
                </RowsLink>
              </td>
              <td className={styles.number} data-label={t('counts.overdue')}>
                {overdue === 0 ? (
                  <span className={styles.pale}>0</span>
                ) : (
                  <span className={styles.alarm}>
                    <RowsLink rows="overdue" field={code}>
                      {overdue}
                    </RowsLink>
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
