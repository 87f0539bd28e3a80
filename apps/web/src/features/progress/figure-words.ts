import { useTranslation } from 'react-i18next';
import {
  countNames,
  kindNames,
  ratioNames,
  type CountName,
  type KindName,
  type RatioName,
  type RowSet,
} from './row-sets';

const isRatio = (name: RowSet): name is RatioName => ratioNames.some((known) => known === name);
const isCount = (name: RowSet): name is CountName => countNames.some((known) => known === name);
const isKind = (name: RowSet): name is KindName => kindNames.some((known) => known === name);

/** Names and definitions of the figures, by the names that the server gives them. */
export const useFigureWords = () => {
  const { t } = useTranslation();
  return {
    name: (name: RowSet): string => {
      if (isRatio(name)) return t(`figures.${name}`);
      if (isCount(name)) return t(`counts.${name}`);
      return isKind(name) ? t(`kinds.${name}`) : t('rows.all');
    },
    definition: (name: RatioName | CountName, on: string, recorded: string): string =>
      isRatio(name) ? t(`definitions.${name}`, { on, recorded }) : t(`countDefinitions.${name}`, { on }),
  };
};
