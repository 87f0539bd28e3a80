import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { closed, useChanged } from './address';
import type { RowSet } from './row-sets';
import styles from './rows-link.module.css';

interface Props {
  /** The name of the number, as the server filters by it; `all` for its base. */
  rows: RowSet;
  field?: string | undefined;
  unit?: string | undefined;
  quarter?: string | undefined;
  label?: string | undefined;
  children?: ReactNode;
}

/** A number that opens the rows behind it. */
export function RowsLink({ rows, field, unit, quarter, label, children }: Props) {
  const changed = useChanged();
  return (
    <Link
      className={styles.link}
      aria-label={label}
      preventScrollReset
      to={{
        search: changed({ ...closed, rows, field: field ?? null, unit: unit ?? null, quarter: quarter ?? null }),
      }}
    >
      {children}
    </Link>
  );
}

/** A number of obligations that opens them: all that the unit owes on the plan. */
export function OwingLink({ unit, children }: { unit: string; children: ReactNode }) {
  const changed = useChanged();
  return (
    <Link className={styles.link} preventScrollReset to={{ search: changed({ ...closed, owing: unit }) }}>
      {children}
    </Link>
  );
}
