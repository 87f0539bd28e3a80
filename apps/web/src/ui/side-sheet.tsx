import { Drawer } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import styles from './side-sheet.module.css';

interface Props {
  title: string;
  subtitle: string;
  onClose: () => void;
  children: ReactNode;
}

// In document.body the drawer would lock scrolling by a style element without nonce, which the policy refuses; in a
// container of its own it leaves that to theme.css.
const layers = (): HTMLElement => {
  const present = document.getElementById('layers');
  if (present) return present;
  const made = document.createElement('div');
  made.id = 'layers';
  document.body.append(made);
  return made;
};

/** A sheet over the right of the page; over all of it on a phone. Escape closes it and gives the focus back. */
export function SideSheet({ title, subtitle, onClose, children }: Props) {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    },
    [opener],
  );
  return (
    <Drawer
      open
      onClose={onClose}
      getContainer={layers}
      size="min(66rem, 100vw)"
      title={
        <div className={styles.head}>
          <span>{title}</span>
          <span className={styles.subtitle}>{subtitle}</span>
        </div>
      }
    >
      {children}
    </Drawer>
  );
}
