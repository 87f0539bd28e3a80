import { useTranslation } from 'react-i18next';
import { said } from '../said';
import { Refused, Unreachable } from '../server';

const byStatus = (status: number) => {
  if (status === 401) return 'errors.signedOut' as const;
  if (status === 403) return 'errors.forbidden' as const;
  if (status === 404) return 'errors.absent' as const;
  if (status === 429) return 'errors.busy' as const;
  return status >= 500 ? ('errors.server' as const) : ('errors.refused' as const);
};

/** The sentence for what the server refused; a code without a sentence falls back to that of its status. */
export const useRefusal = (): ((error: unknown) => string) => {
  const { t } = useTranslation();
  return (error) => {
    if (error instanceof Unreachable) return t('errors.unreachable');
    if (!(error instanceof Refused)) return t('errors.unknown');
    return said(`refusals.${error.code}`, error.details) ?? t(byStatus(error.status));
  };
};
