import { useTranslation } from 'react-i18next';
import type { Figures } from '../../contract';
import { dayText } from '../../days';
import { countText } from '../../numbers';
import { useFigureWords } from './figure-words';
import { countNames, type CountName } from './row-sets';
import { RowsLink } from './rows-link';
import styles from './attention.module.css';

const urgent: readonly CountName[] = ['overdue', 'periodsOverdue'];

const lowered = (name: string): string => name.slice(0, 1).toLocaleLowerCase('vi') + name.slice(1);

/** Counts of tasks that somebody has to look at; what there is none of is said in one line. */
export function Attention({ figures }: { figures: Figures }) {
  const { t } = useTranslation();
  const words = useFigureWords();
  const some = countNames.filter((name) => figures[name] > 0 || name === 'overdue');
  const none = countNames.filter((name) => !some.includes(name));
  return (
    <section className={styles.attention} aria-labelledby="attention">
      <h2 id="attention" className={styles.title}>
        {t('progress.attention')}
      </h2>
      <ul>
        {some.map((name) => {
          const count = figures[name];
          return (
            <li key={name} className={count === 0 ? styles.zero : urgent.includes(name) ? styles.urgent : undefined}>
              <span>{words.name(name)}</span>
              {count === 0 ? (
                <span>0</span>
              ) : (
                <RowsLink rows={name} label={t('figure.open', { name: words.name(name), count })}>
                  {countText(count)}
                </RowsLink>
              )}
              <span className={styles.meaning}>
                {words.definition(name, dayText(figures.on), dayText(figures.recorded))}
              </span>
            </li>
          );
        })}
      </ul>
      {none.length > 0 && (
        <p className={styles.none}>
          {t('progress.noneOf', { names: none.map((name) => lowered(words.name(name))).join('; ') })}
        </p>
      )}
    </section>
  );
}
