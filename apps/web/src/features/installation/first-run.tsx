import { useQuery } from '@tanstack/react-query';
import { Steps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate } from 'react-router';
import { queries, server } from '../../server';
import { Brand } from '../../ui/brand';
import { Failure } from '../../ui/failure';
import { LanguageChoice } from '../../ui/language-choice';
import { Loading } from '../../ui/loading';
import { useTitle } from '../../ui/use-title';
import { Founding } from './founding';
import { UnitsFile } from './units-file';
import styles from './first-run.module.css';

/** The first page of an empty installation: who administers it, whose it is, and the units below. */
export function FirstRun() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [founded, setFounded] = useState(false);
  useTitle(t('firstRun.title'));
  const installation = useQuery({ queryKey: ['installation'], queryFn: server.installation });
  if (installation.isPending) return <Loading />;
  if (installation.isError) return <Failure error={installation.error} again={() => void installation.refetch()} />;
  if (installation.data.initialised && !founded) return <Navigate to="/" replace />;
  const finish = () => {
    queries.removeQueries();
    void navigate('/', { replace: true });
  };
  return (
    <main className={styles.page}>
      <header className={styles.head}>
        <Brand large />
        <LanguageChoice />
      </header>
      <h1 className={styles.title}>{t('firstRun.title')}</h1>
      <p className={styles.purpose}>{t('firstRun.purpose')}</p>
      <Steps
        className={styles.steps}
        current={founded ? 1 : 0}
        items={[{ title: t('firstRun.founding') }, { title: t('firstRun.units') }]}
      />
      {founded ? <UnitsFile onDone={finish} /> : <Founding onDone={() => setFounded(true)} />}
    </main>
  );
}
