import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figures } from '../../contract';
import { dayText } from '../../days';
import { SideSheet } from '../../ui/side-sheet';
import { closed, useAddress, useChange } from '../progress/address';
import { ObligationDetail } from './obligation-detail';
import { Owing } from './owing';
import { Rows } from './rows';
import { TaskDetail } from './task-detail';
import styles from './rows-drawer.module.css';

interface Props {
  plan: string;
  fields: Figures['byField'];
  byUnit: Figures['byUnit'];
}

/** What is behind a number, the history of one of its rows, and one obligation of that: three steps in one place. */
export function RowsDrawer({ plan, fields, byUnit }: Props) {
  const { t } = useTranslation();
  const go = useChange();
  const { on, recorded, owing, task, obligation } = useAddress();
  const step = obligation ?? task ?? owing ?? '';
  const content = useRef<HTMLDivElement>(null);
  const left = useRef(step);

  useEffect(() => {
    // The link that had the focus goes with the step it stood in: who comes back finds the one that led away.
    const [from, box] = [left.current, content.current];
    left.current = step;
    if (from === step || !box) return;
    const link = [...box.querySelectorAll<HTMLElement>('[data-opens]')].find(
      ({ dataset }) => dataset['opens'] === from,
    );
    if (link) link.focus();
    else {
      box.focus({ preventScroll: true });
      box.scrollIntoView();
    }
  }, [step]);

  return (
    <SideSheet
      title={
        obligation ? t('obligation.title') : task ? t('task.title') : owing ? t('obligation.ofUnit') : t('rows.title')
      }
      subtitle={t('rows.clocks', { on: dayText(on), recorded: dayText(recorded) })}
      onClose={() => go(closed)}
    >
      <div ref={content} className={styles.content} tabIndex={-1}>
        {obligation ? (
          <ObligationDetail obligation={obligation} />
        ) : task ? (
          <TaskDetail task={task} />
        ) : owing ? (
          <Owing key={owing} plan={plan} unit={owing} standing={byUnit.find(({ unit }) => unit.id === owing)} />
        ) : (
          <Rows plan={plan} fields={fields} units={byUnit.map(({ unit }) => unit)} />
        )}
      </div>
    </SideSheet>
  );
}
