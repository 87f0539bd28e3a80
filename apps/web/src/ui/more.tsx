import { useRefusal } from './refusal';
import styles from './more.module.css';

interface Props {
  pages: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    error: unknown;
    fetchNextPage: () => Promise<unknown>;
  };
  label: string;
}

/** Brings the next page of a list; absent when there is none. When it does not come, what is there stays. */
export function More({ pages, label }: Props) {
  const sentence = useRefusal();
  if (!pages.hasNextPage) return null;
  return (
    <>
      {pages.isFetchNextPageError && <p role="alert">{sentence(pages.error)}</p>}
      <button
        type="button"
        className={styles.more}
        // A button that is disabled loses the focus, and with it who works from the keyboard.
        aria-disabled={pages.isFetchingNextPage}
        onClick={() => {
          if (!pages.isFetchingNextPage) void pages.fetchNextPage();
        }}
      >
        {label}
      </button>
    </>
  );
}
