import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import vi from '../messages/vi.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof vi };
    keySeparator: '.';
  }
}

export type Language = 'vi' | 'en';
const languages: readonly Language[] = ['vi', 'en'];
const kept = 'camket.language';

const wanted = (): Language => {
  const stored = localStorage.getItem(kept);
  return languages.find((language) => language === stored) ?? 'vi';
};

/** Vietnamese is in the first chunk; English comes when it is asked for. */
const load = async (language: Language): Promise<void> => {
  if (i18next.hasResourceBundle(language, 'translation')) return;
  const { default: en } = await import('../messages/en.json');
  i18next.addResourceBundle(language, 'translation', en);
};

export const speak = async (language: Language): Promise<void> => {
  await load(language);
  await i18next.changeLanguage(language);
  localStorage.setItem(kept, language);
  document.documentElement.lang = language;
};

export const beginWords = async (): Promise<void> => {
  await i18next.use(initReactI18next).init({
    lng: 'vi',
    fallbackLng: 'vi',
    resources: { vi: { translation: vi } },
    interpolation: { escapeValue: false },
  });
  const language = wanted();
  if (language !== 'vi') await speak(language);
};

export const spoken = (): Language => (i18next.language === 'en' ? 'en' : 'vi');
