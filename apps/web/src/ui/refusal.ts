import { useTranslation } from 'react-i18next';
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
  const { t, i18n } = useTranslation();
  return (error) => {
    if (error instanceof Unreachable) return t('errors.unreachable');
    if (!(error instanceof Refused)) return t('errors.unknown');
    const key = `refusals.${error.code}`;
    // The codes are data of the server, so their keys are known at run time only.
    return i18n.exists(key) ? String(i18n.t(key as never, error.details as never)) : t(byStatus(error.status));
  };
};
