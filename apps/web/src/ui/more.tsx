import styles from './more.module.css';

interface Props {
  pages: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
  label: string;
}

/** Brings the next page of a list; absent when there is none. */
export function More({ pages, label }: Props) {
  if (!pages.hasNextPage) return null;
  return (
    <button
      type="button"
      className={styles.more}
      disabled={pages.isFetchingNextPage}
      onClick={() => void pages.fetchNextPage()}
    >
      {label}
    </button>
  );
}
