import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { server } from '../../server';
import { LanguageChoice } from '../../ui/language-choice';
import { useRefusal } from '../../ui/refusal';
import { useTitle } from '../../ui/use-title';
import { NewPassword } from './new-password';
import { useRoleName } from './role-name';
import { useSession } from './session';
import styles from './own-password.module.css';

interface Change {
  current: string;
  password: string;
}

export function OwnPassword() {
  const { t } = useTranslation();
  const sentence = useRefusal();
  const roleName = useRoleName();
  const { account } = useSession();
  const [form] = Form.useForm<Change>();
  useTitle(t('account.title'));
  const change = useMutation({
    mutationFn: ({ current, password }: Change) => server.changePassword(current, password),
    onSuccess: () => form.resetFields(),
  });
  return (
    <div className={styles.page}>
      <p>
        <Link to="/">{t('page.home')}</Link>
      </p>
      <h1 className={styles.title}>{t('account.title')}</h1>
      <section className={styles.sheet}>
        <dl className={styles.facts}>
          <dt>{t('account.name')}</dt>
          <dd>{account.displayName}</dd>
          <dt>{t('account.username')}</dt>
          <dd>{account.username}</dd>
          <dt>{t('account.role')}</dt>
          <dd>{roleName(account.role)}</dd>
          <dt>{t('account.unit')}</dt>
          <dd>{account.unit?.name ?? t('shell.noUnit')}</dd>
          <dt>{t('account.language')}</dt>
          <dd>
            <LanguageChoice />
          </dd>
        </dl>
      </section>
      <section className={styles.sheet} aria-labelledby="change">
        <h2 id="change">{t('account.change')}</h2>
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          onValuesChange={() => change.isSuccess && change.reset()}
          onFinish={(values) => change.mutate(values)}
        >
          <Form.Item
            name="current"
            label={t('account.current')}
            rules={[{ required: true, message: t('account.currentMissing') }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <NewPassword />
          <p role="alert" className={styles.refused}>
            {change.isError && sentence(change.error)}
          </p>
          <p role="status" className={styles.done}>
            {change.isSuccess && t('account.changed')}
          </p>
          <Button type="primary" htmlType="submit" loading={change.isPending}>
            {t('account.change')}
          </Button>
        </Form>
      </section>
    </div>
  );
}
