import { useTranslation } from 'react-i18next';
import { useRefusal } from './refusal';
import styles from './state.module.css';

/** An answer that did not come, in words, with a way to ask again. */
export function Failure({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation();
  const sentence = useRefusal();
  return (
    <div className={styles.state} role="alert">
      <p>{sentence(error)}</p>
      <button type="button" className={styles.again} onClick={again}>
        {t('page.again')}
      </button>
    </div>
  );
}
