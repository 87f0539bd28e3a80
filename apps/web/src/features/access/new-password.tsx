import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

export const shortestPassword = 14;

/** The two fields of a password that is chosen, `password` and `again`, inside a form; `first` when there was none before. */
export function NewPassword({ first = false }: { first?: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name="password"
        label={t(first ? 'signIn.password' : 'account.next')}
        extra={t('account.nextHint', { count: shortestPassword })}
        rules={[{ required: true, min: shortestPassword, message: t('account.nextHint', { count: shortestPassword }) }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t(first ? 'account.againFirst' : 'account.again')}
        dependencies={['password']}
        rules={[
          { required: true, message: t('account.againMissing') },
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              !value || value === getFieldValue('password')
                ? Promise.resolve()
                : Promise.reject(new Error(t('account.againDiffers'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
