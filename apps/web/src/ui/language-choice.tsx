import { useTranslation } from 'react-i18next';
import { speak, spoken } from '../words';
import styles from './language-choice.module.css';

/** Each language is named in itself. */
export function LanguageChoice() {
  useTranslation();
  const other = spoken() === 'vi' ? 'en' : 'vi';
  return (
    <button type="button" className={styles.choice} lang={other} onClick={() => void speak(other)}>
      {other === 'en' ? 'English' : 'Tiếng Việt'}
    </button>
  );
}
