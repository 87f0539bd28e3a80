import { Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figures } from '../../contract';
import { dayText, plus } from '../../days';
import { percentText } from '../../numbers';
import { Bar } from '../../ui/bar';
import { folded } from '../../ui/folded';
import { OwingLink, RowsLink } from './rows-link';
import styles from './breakdown.module.css';

type Order = 'open' | 'name';
const first = 10;

/** Obligations by unit: who still has most to do stands first. */
export function Units({ figures }: { figures: Figures }) {
  const { t } = useTranslation();
  const [sought, setSought] = useState('');
  const [order, setOrder] = useState<Order>('open');
  const [all, setAll] = useState(false);
  const wanted = folded(sought);
  const open = ({ completed }: Figures['byUnit'][number]) => completed.denominator - completed.numerator;
  const found = figures.byUnit
    .filter(({ unit }) => folded(unit.name).includes(wanted))
    .sort(
      (a, b) =>
        (order === 'open' ? open(b) - open(a) : 0) || a.unit.name.localeCompare(b.unit.name, 'vi', { numeric: true }),
    );
  const shown = all || wanted ? found : found.slice(0, first);
  return (
    <section className={styles.sheet} aria-labelledby="units">
      <h2 id="units" className={styles.title}>
        {t('progress.units')}
      </h2>
      <div className={styles.tools}>
        <Input
          type="search"
          allowClear
          aria-label={t('progress.unitSearch')}
          placeholder={t('progress.unitSearch')}
          value={sought}
          onChange={({ target }) => setSought(target.value)}
        />
        <Segmented<Order>
          aria-label={t('progress.order')}
          value={order}
          onChange={setOrder}
          options={[
            { value: 'open', label: t('progress.orderOpen') },
            { value: 'name', label: t('progress.orderName') },
          ]}
        />
      </div>
      <p role="status" className={styles.pale}>
        {wanted ? t('progress.unitsFound', { count: found.length }) : ''}
      </p>
      <table className={styles.bars}>
        <thead>
          <tr>
            <th scope="col">{t('progress.unit')}</th>
            <th scope="col" className={styles.wide}>
              <span className={styles.hidden}>{t('progress.bar')}</span>
            </th>
            <th scope="col" className={styles.number}>
              {t('progress.obligationsDone')}
            </th>
            <th scope="col" className={styles.number}>
              {t('progress.percent')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ unit, completed }) => (
            <tr key={unit.id}>
              <th scope="row" className={styles.name}>
                <RowsLink rows="all" unit={unit.id}>
                  {unit.name}
                </RowsLink>
                {unit.ended ? (
                  <span className={styles.pale}>
                    {' '}
                    {t('progress.unitEnded', { day: dayText(plus(unit.ended, -1)) })}
                  </span>
                ) : null}
              </th>
              <td className={styles.wide}>
                <Bar value={completed.numerator} of={completed.denominator} />
              </td>
              <td className={styles.number} data-label={t('progress.obligationsDone')}>
                <OwingLink unit={unit.id}>
                  {completed.numerator}/{completed.denominator}
                </OwingLink>
              </td>
              <td className={styles.number} data-label={t('progress.percent')}>
                {percentText(completed.percent)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < found.length && (
        <button type="button" className={styles.more} onClick={() => setAll(true)}>
          {t('progress.unitsAll', { count: found.length })}
        </button>
      )}
    </section>
  );
}
