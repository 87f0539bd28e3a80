import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { queries, server } from '../../server';
import { useRefusal } from '../../ui/refusal';
import { NewPassword } from '../access/new-password';
import { remembered } from '../access/session';
import styles from './first-run.module.css';

interface Founded {
  username: string;
  password: string;
  name: string;
  code: string;
  kind: string;
}

const kinds = ['province', 'ministry', 'department', 'commune', 'ward', 'special_zone'] as const;

export function Founding() {
  const { t } = useTranslation();
  const sentence = useRefusal();
  const found = useMutation({
    mutationFn: async ({ username, password, ...root }: Founded) => {
      await server.found(
        { username: username.trim(), password },
        { code: root.code, name: root.name, kind: root.kind },
      );
      await server.signIn(username.trim(), password);
      remembered.keep();
    },
    // Also after a refusal: somebody else may have set it up in between.
    onSettled: () => queries.invalidateQueries({ queryKey: ['installation'] }),
  });
  return (
    <Form<Founded>
      layout="vertical"
      requiredMark={false}
      initialValues={{ kind: 'province' }}
      onFinish={(values) => found.mutate(values)}
    >
      <fieldset className={styles.sheet}>
        <legend>{t('firstRun.root')}</legend>
        <p className={styles.hint}>{t('firstRun.rootHint')}</p>
        <Form.Item
          name="name"
          label={t('firstRun.name')}
          rules={[{ required: true, whitespace: true, message: t('firstRun.nameMissing') }]}
        >
          <Input placeholder={t('firstRun.nameExample')} autoFocus />
        </Form.Item>
        <Form.Item
          name="code"
          label={t('firstRun.code')}
          extra={t('firstRun.codeHint')}
          rules={[{ required: true, whitespace: true, message: t('firstRun.codeMissing') }]}
        >
          <Input autoCapitalize="characters" spellCheck={false} />
        </Form.Item>
        <Form.Item name="kind" label={t('firstRun.kind')}>
          <Select options={kinds.map((kind) => ({ value: kind, label: t(`unitKinds.${kind}`) }))} />
        </Form.Item>
      </fieldset>
      <fieldset className={styles.sheet}>
        <legend>{t('firstRun.administrator')}</legend>
        <p className={styles.hint}>{t('firstRun.administratorHint')}</p>
        <Form.Item
          name="username"
          label={t('signIn.username')}
          rules={[{ required: true, whitespace: true, message: t('signIn.usernameMissing') }]}
        >
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <NewPassword first />
      </fieldset>
      <p role="alert" className={styles.refused}>
        {found.isError && sentence(found.error)}
      </p>
      <Button type="primary" htmlType="submit" loading={found.isPending}>
        {t('firstRun.next')}
      </Button>
    </Form>
  );
}
