import { useTranslation } from 'react-i18next';
import type { UnitFault } from '../../contract';
import { said } from '../../said';

/** Faults whose sentence already says what the suggestion is. */
const toldInside = ['code-twice', 'code-in-use', 'second-root'].map((name) => `units-import.${name}`);

/** The words for what a units file holds. */
export const useUnitWords = () => {
  const { t } = useTranslation();
  const kind = (key: string): string => said(`unitKinds.${key}`) ?? key;
  return {
    kind,
    column: (key: string | null): string => (key === null ? '' : (said(`unitColumns.${key}`) ?? key)),
    fault: ({ code, text, suggestion }: UnitFault): string => {
      const words = said(`importFaults.${code}`, { suggestion }) ?? code;
      const written = text === '' ? words : `${words}: “${text}”`;
      if (suggestion === undefined || toldInside.includes(code)) return `${written}.`;
      return `${written}. ${t('units.suggestion', { text: kind(suggestion) })}`;
    },
  };
};
