import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import styles from './state.module.css';

export function Nowhere() {
  const { t } = useTranslation();
  return (
    <div className={styles.state}>
      <h1>{t('page.nowhere')}</h1>
      <p>{t('page.nowhereHint')}</p>
      <Link to="/">{t('page.home')}</Link>
    </div>
  );
}
