import { useQuery } from '@tanstack/react-query';
import { Steps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate } from 'react-router';
import { queries, server } from '../../server';
import { Brand } from '../../ui/brand';
import { Failure } from '../../ui/failure';
import { LanguageChoice } from '../../ui/language-choice';
import { Loading } from '../../ui/loading';
import { useTitle } from '../../ui/use-title';
import { useSessionQuery } from '../access/session';
import { Founding } from './founding';
import { UnitsFile } from './units-file';
import styles from './first-run.module.css';

/** The first page of an empty installation: who administers it, whose it is, and the units below. */
export function FirstRun() {
  const { t } = useTranslation();
  useTitle(t('firstRun.title'));
  const installation = useQuery({ queryKey: ['installation'], queryFn: server.installation });
  if (installation.isPending) return <Loading />;
  if (installation.isError) return <Failure error={installation.error} again={() => void installation.refetch()} />;
  return installation.data.initialised ? <Units /> : <Page step={0} />;
}

/** The second step is the administrator's for as long as he wants: he may come back to it. */
function Units() {
  const session = useSessionQuery();
  if (session.isPending) return <Loading />;
  if (session.data?.account.role !== 'administrator') return <Navigate to="/" replace />;
  return <Page step={1} />;
}

function Page({ step }: { step: 0 | 1 }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
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
      {step === 0 && <p className={styles.purpose}>{t('firstRun.purpose')}</p>}
      <Steps
        className={styles.steps}
        current={step}
        items={[{ title: t('firstRun.founding') }, { title: t('firstRun.units') }]}
      />
      {step === 1 ? <UnitsFile onDone={finish} /> : <Founding />}
    </main>
  );
}
