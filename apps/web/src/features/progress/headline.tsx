import type { ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Figures } from '../../contract';
import { dayText } from '../../days';
import { percentText } from '../../numbers';
import { Bar } from '../../ui/bar';
import { useAddress, useChanged } from './address';
import { Differences } from './differences';
import { NextTasks } from './next-tasks';
import type { RowSet } from './row-sets';
import { RowsLink } from './rows-link';
import { useFigureWords } from './figure-words';
import styles from './headline.module.css';

/** The first sentence of the page: what was due, what is carried out, what is overdue. */
function FirstSentence({ figures }: { figures: Figures }) {
  const { t } = useTranslation();
  const { completedOfDue: due, carriedOut, overdue, overdueAwaiting } = figures;
  const said = (key: 'summary.due' | 'summary.carriedOut', rows: RowSet, n: number, d: number) => (
    <Trans t={t} i18nKey={key} values={{ n, d }} components={{ rows: <RowsLink rows={rows} /> }} />
  );
  return (
    <p className={styles.sentence}>
      {due.denominator === 0
        ? t('summary.noneDue')
        : said('summary.due', 'completedOfDue', due.numerator, due.denominator)}
      {'; '}
      {said('summary.carriedOut', 'carriedOut', carriedOut.numerator, carriedOut.denominator)}
      {'; '}
      {overdue === 0 ? (
        t('summary.noneOverdue')
      ) : (
        <span className={styles.alarm}>
          <Trans
            t={t}
            i18nKey="summary.overdue"
            values={{ n: overdue }}
            components={{ rows: <RowsLink rows="overdue" /> }}
          />
        </span>
      )}
      {overdueAwaiting > 0 && (
        <>
          {' '}
          <Trans
            t={t}
            i18nKey="summary.overdueAwaiting"
            values={{ n: overdueAwaiting }}
            components={{ rows: <RowsLink rows="overdueAwaiting" /> }}
          />
        </>
      )}
      .
    </p>
  );
}

function Aside({ children }: { children: ReactNode }) {
  return <p className={styles.aside}>{children}</p>;
}

/** The figure that stands first, with its base, its definition, the planned line, and what else is said of it. */
export function Headline({ figures }: { figures: Figures }) {
  const { t } = useTranslation();
  const words = useFigureWords();
  const changed = useChanged();
  const { today } = useAddress();
  const { headline, planned, forecast, carriedOut } = figures;
  const base = headline.denominator;
  const later = figures.today?.[headline.name];
  const difference = later ? later.numerator - headline.numerator : 0;
  const soft = headline.name === 'completed' ? carriedOut.numerator : undefined;
  return (
    <section className={styles.headline} aria-labelledby="headline">
      <FirstSentence figures={figures} />
      <div className={styles.figure}>
        <h2 id="headline" className={styles.name}>
          {words.name(headline.name)}
        </h2>
        <p className={styles.numbers}>
          <strong className={styles.percent}>{percentText(headline.percent)}</strong>
          <RowsLink rows={headline.name}>{t('figure.ofTasks', { n: headline.numerator, d: base })}</RowsLink>
        </p>
      </div>
      <Bar value={headline.numerator} soft={soft} of={base} mark={planned} large />
      <ul className={styles.legend}>
        <li className={styles.solid}>{words.name(headline.name)}</li>
        {soft !== undefined && soft > headline.numerator && <li className={styles.soft}>{t('figure.maintained')}</li>}
        <li className={styles.mark}>
          <span>
            <Trans
              t={t}
              i18nKey="figure.planned"
              values={{ n: planned, d: base }}
              components={{ rows: <RowsLink rows="planned" /> }}
            />
          </span>
        </li>
      </ul>
      <Aside>{words.definition(headline.name, dayText(figures.on), dayText(figures.recorded))}</Aside>
      {later && (
        <div className={styles.later}>
          <p>
            {t('figure.todayBeside', { n: later.numerator, d: later.denominator, percent: percentText(later.percent) })}{' '}
            {difference === 0
              ? t(figures.differing.tasks > 0 ? 'figure.todayEqual' : 'figure.todaySame')
              : t(difference > 0 ? 'figure.todayMore' : 'figure.todayLess', { count: Math.abs(difference) })}{' '}
            <Link to={{ search: changed({ recorded: null }) }} preventScrollReset>
              {t('figure.todayShow', { day: dayText(today) })}
            </Link>
          </p>
          <Differences figures={figures} />
        </div>
      )}
      {forecast && (
        <Aside>
          {forecast.low === forecast.high
            ? t('figure.forecastOne', { low: forecast.low, base, until: dayText(forecast.until) })
            : t('figure.forecast', { low: forecast.low, high: forecast.high, base, until: dayText(forecast.until) })}
          {forecast.atRisk > 0 && <> {t('figure.atRisk', { count: forecast.atRisk })}</>}
        </Aside>
      )}
      <NextTasks plan={figures.plan.id} figures={figures} />
    </section>
  );
}
