import styles from './brand.module.css';

/** The product's mark and name; `short` leaves the name away on phones. */
export function Brand({ large = false, short = false }: { large?: boolean; short?: boolean }) {
  return (
    <span className={large ? styles.large : styles.brand}>
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="7" fill="#0b4a8f" />
        <path d="M8 17l5.5 5.5L24.5 10" fill="none" stroke="#fff" strokeWidth="3.6" strokeLinecap="round" />
      </svg>
      <span className={short ? styles.short : undefined}>Camket</span>
    </span>
  );
}
