import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { server } from '../../server';
import { useRefusal } from '../../ui/refusal';
import { useUnitWords } from './unit-words';
import styles from './first-run.module.css';

const shownRows = 8;
const shownFaults = 50;

/** The units of the tree from a file: looked at first, stored only when it is right and confirmed. */
export function UnitsFile({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const sentence = useRefusal();
  const words = useUnitWords();
  const id = useId();
  const preview = useMutation({ mutationFn: (file: File) => server.previewUnits(file) });
  const confirm = useMutation({ mutationFn: (id: string) => server.confirmUnits(id), onSuccess: onDone });
  const read = preview.data;
  const clean = read !== undefined && read.faults.length === 0 && read.rows.length > 0;
  return (
    <section className={styles.sheet}>
      <h2>{t('units.title')}</h2>
      <p className={styles.hint}>{t('units.hint')}</p>
      <label className={styles.file} htmlFor={id}>
        {preview.isPending ? t('units.reading') : t('units.choose')}
        <input
          id={id}
          type="file"
          accept=".xlsx,.csv"
          disabled={preview.isPending}
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file) preview.mutate(file);
            target.value = '';
          }}
        />
      </label>
      <p role="alert" className={styles.refused}>
        {preview.isError && sentence(preview.error)}
        {confirm.isError && sentence(confirm.error)}
      </p>
      {read && (
        <>
          <p role="status" className={clean ? styles.good : styles.refused}>
            {clean
              ? t('units.clean', { count: read.rows.length })
              : read.rows.length === 0
                ? t('units.empty')
                : t('units.faulty', { rows: read.rows.length, count: read.faults.length })}
          </p>
          {read.faults.length > 0 && (
            <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('units.faults')}>
              <table className={styles.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('units.row')}</th>
                    <th scope="col">{t('units.column')}</th>
                    <th scope="col">{t('units.fault')}</th>
                  </tr>
                </thead>
                <tbody>
                  {read.faults.slice(0, shownFaults).map((fault, index) => (
                    <tr key={index}>
                      <td>{fault.row}</td>
                      <td>{words.column(fault.column)}</td>
                      <td>{words.fault(fault)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {read.faults.length > shownFaults && (
                <p className={styles.hint}>{t('units.moreFaults', { count: read.faults.length - shownFaults })}</p>
              )}
            </div>
          )}
          {clean && (
            <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('units.rows')}>
              <table className={styles.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('firstRun.code')}</th>
                    <th scope="col">{t('firstRun.name')}</th>
                    <th scope="col">{t('firstRun.kind')}</th>
                  </tr>
                </thead>
                <tbody>
                  {read.rows.slice(0, shownRows).map((row, index) => (
                    <tr key={index}>
                      <td>{row.code}</td>
                      <td>{row.name}</td>
                      <td>{words.kind(row.kind)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {read.rows.length > shownRows && (
                <p className={styles.hint}>{t('units.more', { count: read.rows.length - shownRows })}</p>
              )}
            </div>
          )}
        </>
      )}
      <div className={styles.actions}>
        <Button
          type="primary"
          disabled={!clean}
          loading={confirm.isPending}
          onClick={() => read && confirm.mutate(read.id)}
        >
          {t('units.confirm')}
        </Button>
        <Button onClick={onDone}>{t('units.later')}</Button>
      </div>
    </section>
  );
}
