import { useTranslation } from 'react-i18next';

const roles = ['coordinator', 'head', 'reporter', 'inspector', 'leader', 'administrator'] as const;

export const useRoleName = (): ((role: string) => string) => {
  const { t } = useTranslation();
  return (role) => {
    const known = roles.find((name) => name === role);
    return known ? t(`roles.${known}`) : role;
  };
};
