import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useNavigate, useSearchParams } from 'react-router';
import { queries, server } from '../../server';
import { Brand } from '../../ui/brand';
import { LanguageChoice } from '../../ui/language-choice';
import { useRefusal } from '../../ui/refusal';
import { useTitle } from '../../ui/use-title';
import { remembered } from './session';
import styles from './sign-in.module.css';

interface Credentials {
  username: string;
  password: string;
}

/** Only a path of this site: `//elsewhere` and full addresses are not followed. */
const inside = (to: string | null): string => (to && /^\/(?![/\\])/.test(to) ? to : '/');

export function SignIn() {
  const { t } = useTranslation();
  const sentence = useRefusal();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const state = useLocation().state as { hasEnded?: boolean } | null;
  useTitle(t('signIn.title'));
  const installation = useQuery({ queryKey: ['installation'], queryFn: server.installation });
  const signIn = useMutation({
    mutationFn: ({ username, password }: Credentials) => server.signIn(username.trim(), password),
    onSuccess: async () => {
      remembered.keep();
      await navigate(inside(params.get('to')), { replace: true });
    },
  });

  useEffect(
    // Whoever was here before leaves nothing to who comes next, neither answers nor refusals.
    () => queries.removeQueries({ predicate: ({ queryKey: [subject] }) => subject !== 'installation' }),
    [],
  );

  useEffect(() => {
    // What comes next is fetched while the password is typed.
    const timer = window.setTimeout(
      () => void Promise.all([import('./shell'), import('../progress/progress-page')]).catch(() => undefined),
      300,
    );
    return () => window.clearTimeout(timer);
  }, []);

  if (installation.data && !installation.data.initialised) return <Navigate to="/first-run" replace />;
  return (
    <main className={styles.page}>
      <section className={styles.sheet} aria-labelledby="sign-in">
        <Brand large />
        <p className={styles.purpose}>{t('signIn.purpose')}</p>
        <h1 id="sign-in" className={styles.title}>
          {t('signIn.title')}
        </h1>
        {installation.data?.mode === 'demonstration' && <p className={styles.demo}>{t('signIn.demonstration')}</p>}
        <Form<Credentials> layout="vertical" requiredMark={false} onFinish={(values) => signIn.mutate(values)}>
          <Form.Item
            name="username"
            label={t('signIn.username')}
            rules={[{ required: true, whitespace: true, message: t('signIn.usernameMissing') }]}
          >
            <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('signIn.password')}
            rules={[{ required: true, message: t('signIn.passwordMissing') }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <p className={styles.refused} role="alert">
            {signIn.isError ? sentence(signIn.error) : state?.hasEnded && t('errors.signedOut')}
          </p>
          <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
            {t('signIn.go')}
          </Button>
        </Form>
        <p className={styles.help}>{t('signIn.forgotten')}</p>
        <LanguageChoice />
      </section>
    </main>
  );
}
