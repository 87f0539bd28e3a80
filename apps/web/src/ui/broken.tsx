import { useTranslation } from 'react-i18next';
import styles from './state.module.css';

/** What stands in place of a screen that could not be drawn, mostly because a newer version has replaced its parts. */
export function Broken() {
  const { t } = useTranslation();
  return (
    <div className={styles.state} role="alert">
      <h1>{t('page.broken')}</h1>
      <p>{t('page.brokenHint')}</p>
      <button type="button" className={styles.again} onClick={() => window.location.reload()}>
        {t('page.reload')}
      </button>
    </div>
  );
}
