import styles from './bar.module.css';

interface Props {
  value: number;
  /** A second, paler length that contains the first. */
  soft?: number | undefined;
  of: number;
  /** A tick on the way. */
  mark?: number | undefined;
  large?: boolean;
}

const share = (part: number, of: number): string => `${of === 0 ? 0 : (100 * part) / of}%`;

/** A length beside its number, which is always written next to it; so it is hidden from readers of the text. */
export function Bar({ value, soft, of, mark, large = false }: Props) {
  return (
    <div className={large ? styles.large : styles.bar} aria-hidden="true">
      <div className={styles.track}>
        {soft !== undefined && <div className={styles.soft} style={{ width: share(soft, of) }} />}
        <div className={styles.value} style={{ width: share(value, of) }} />
      </div>
      {mark !== undefined && of > 0 && <div className={styles.mark} style={{ left: share(Math.min(mark, of), of) }} />}
    </div>
  );
}
