import { useTranslation } from 'react-i18next';

const names = ['completed', 'carriedOut', 'started', 'completedOfDue', 'completedOfYear'] as const;
export type RatioName = (typeof names)[number];

const counted = [
  'overdue',
  'overdueAwaiting',
  'awaiting',
  'dueSoon',
  'periodsOverdue',
  'late',
  'lateAgainstOriginal',
  'periodsLate',
  'noDueDate',
  'suspended',
] as const;
export type CountName = (typeof counted)[number];
export const countNames: readonly CountName[] = counted;

const kinds = ['open', 'due', 'planned', 'maintained', 'inProgress', 'notStarted'] as const;
/** Sets of rows that are no figure of their own. */
export type KindName = (typeof kinds)[number];
export const kindNames: readonly KindName[] = kinds;
export const ratioNames: readonly RatioName[] = names;

const isKind = (name: string): name is KindName => kinds.some((known) => known === name);
const isRatio = (name: string): name is RatioName => names.some((known) => known === name);
const isCount = (name: string): name is CountName => counted.some((known) => known === name);

/** Names and definitions of the figures, by the names that the server gives them. */
export const useFigureWords = () => {
  const { t } = useTranslation();
  return {
    name: (name: string): string => {
      if (isRatio(name)) return t(`figures.${name}`);
      if (isCount(name)) return t(`counts.${name}`);
      return isKind(name) ? t(`kinds.${name}`) : t('rows.all');
    },
    definition: (name: string, on: string, recorded: string): string =>
      isRatio(name)
        ? t(`definitions.${name}`, { on, recorded })
        : isCount(name)
          ? t(`countDefinitions.${name}`, { on })
          : '',
  };
};
