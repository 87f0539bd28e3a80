import { useTranslation } from 'react-i18next';
import type { Figures } from '../../contract';
import { dayText } from '../../days';
import { percentText } from '../../numbers';
import { useFigureWords } from './figure-words';
import { ratioNames } from './row-sets';
import { RowsLink } from './rows-link';
import styles from './ratios.module.css';

/** Every ratio with its base and what it means. */
export function Ratios({ figures }: { figures: Figures }) {
  const { t } = useTranslation();
  const words = useFigureWords();
  return (
    <section className={styles.sheet} aria-labelledby="ratios">
      <h2 id="ratios" className={styles.title}>
        {t('progress.ratios')}
      </h2>
      <ul>
        {ratioNames.map((name) => {
          const { numerator, denominator, percent } = figures[name];
          return (
            <li key={name} className={styles.ratio}>
              <div>
                <h3 className={styles.name}>{words.name(name)}</h3>
                <p className={styles.definition}>
                  {words.definition(name, dayText(figures.on), dayText(figures.recorded))}
                </p>
              </div>
              <RowsLink rows={name} label={`${words.name(name)}: ${numerator}/${denominator}`}>
                {numerator}/{denominator}
              </RowsLink>
              <span className={styles.percent}>{percentText(percent)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
