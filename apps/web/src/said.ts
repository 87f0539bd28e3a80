import i18next from 'i18next';

/**
 * The words for a key that is data of the server (a refusal's code, a kind of unit), so that the compiler cannot know
 * it; undefined when there are none.
 */
export const said = (key: string, values: Record<string, unknown> = {}): string | undefined => {
  const words: unknown = i18next.exists(key)
    ? (i18next.t as (key: string, values: object) => unknown)(key, values)
    : '';
  return typeof words === 'string' && words !== '' ? words : undefined;
};
