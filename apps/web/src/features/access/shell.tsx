import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, Outlet, useLocation, useNavigate } from 'react-router';
import { queries, server } from '../../server';
import { dayText } from '../../days';
import { Brand } from '../../ui/brand';
import { Failure } from '../../ui/failure';
import { Loading } from '../../ui/loading';
import { useRefusal } from '../../ui/refusal';
import { hasEnded, isSignedOut, remembered, SessionContext, useSessionQuery } from './session';
import styles from './shell.module.css';

export function Shell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const sentence = useRefusal();
  const { pathname, search } = useLocation();
  const session = useSessionQuery();
  const signOut = useMutation({
    // Who is signed out already has what he wanted.
    mutationFn: () =>
      server.signOut().catch((error: unknown) => {
        if (!isSignedOut(error)) throw error;
      }),
    onSuccess: async () => {
      remembered.drop();
      await navigate('/sign-in', { replace: true });
    },
  });

  useEffect(
    () =>
      // A session that has ended shows in whichever answer comes first; only in one that comes now: what was refused
      // to the session before says nothing of this one.
      queries.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'error') return;
        const [subject] = event.query.queryKey as readonly unknown[];
        if (subject !== 'session' && isSignedOut(event.action.error))
          void queries.resetQueries({ queryKey: ['session'] });
      }),
    [],
  );

  // Another account in another tab is another one here, too: the cookie is the same.
  useEffect(() => remembered.watch(() => void queries.resetQueries()), []);

  if (session.isPending) return <Loading />;
  if (session.isError) {
    if (!isSignedOut(session.error)) return <Failure error={session.error} again={() => void session.refetch()} />;
    const to = pathname + search;
    const address = to === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(to)}`;
    return <Navigate to={address} state={{ hasEnded: hasEnded(session.error) }} replace />;
  }
  const { account, mode, today } = session.data;
  const unit = account.unit?.name ?? t('shell.noUnit');
  return (
    <SessionContext value={session.data}>
      <a className={styles.skip} href="#content">
        {t('shell.skip')}
      </a>
      <header>
        {mode === 'demonstration' && (
          <p className={styles.demo}>{t('shell.demonstration', { today: dayText(today) })}</p>
        )}
        <div className={styles.bar}>
          <Link to="/" className={styles.home} aria-label={t('shell.home')}>
            <Brand short />
          </Link>
          <nav className={styles.account} aria-label={t('shell.account')}>
            <Link to="/account" className={styles.who}>
              <span className={styles.name}>{account.displayName}</span>
              {!account.displayName.includes(unit) && <span className={styles.post}>{unit}</span>}
            </Link>
            <button type="button" className={styles.out} disabled={signOut.isPending} onClick={() => signOut.mutate()}>
              {t('shell.signOut')}
            </button>
          </nav>
        </div>
      </header>
      {signOut.isError && (
        <p className={styles.refused} role="alert">
          {t('shell.stillSignedIn')} {sentence(signOut.error)}
        </p>
      )}
      <main id="content" className={styles.content} tabIndex={-1}>
        <Outlet />
      </main>
    </SessionContext>
  );
}
