import { useTranslation } from 'react-i18next';
import type { Figures, Named } from '../../contract';
import { dayText } from '../../days';
import { SideSheet } from '../../ui/side-sheet';
import { closed, useAddress, useChange } from '../progress/address';
import { ObligationDetail } from './obligation-detail';
import { Rows } from './rows';
import { TaskDetail } from './task-detail';

interface Props {
  plan: string;
  fields: Figures['byField'];
  units: Named[];
}

/** The rows behind a number, the history of one of them, and one obligation of that: three steps in one place. */
export function RowsDrawer({ plan, fields, units }: Props) {
  const { t } = useTranslation();
  const go = useChange();
  const { on, recorded, task, obligation } = useAddress();
  return (
    <SideSheet
      title={obligation ? t('obligation.title') : task ? t('task.title') : t('rows.title')}
      subtitle={t('rows.clocks', { on: dayText(on), recorded: dayText(recorded) })}
      onClose={() => go(closed)}
    >
      {obligation ? (
        <ObligationDetail obligation={obligation} />
      ) : task ? (
        <TaskDetail task={task} />
      ) : (
        <Rows plan={plan} fields={fields} units={units} />
      )}
    </SideSheet>
  );
}
