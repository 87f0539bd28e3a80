import { QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider, type ThemeConfig } from 'antd';
import vietnamese from 'antd/locale/vi_VN';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { SignIn } from './features/access/sign-in';
import { Broken } from './ui/broken';
import { calendarIcon, caretIcon } from './ui/icons';
import { Loading } from './ui/loading';
import { queries } from './server';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

const theme: ThemeConfig = {
  token: {
    colorPrimary: '#0b4a8f',
    colorLink: '#0b4a8f',
    colorError: '#b3261e',
    colorText: '#17212e',
    colorTextSecondary: '#4a5666',
    colorTextDescription: '#4a5666',
    colorTextPlaceholder: '#5f6b7a',
    colorBorder: '#8b97a6',
    borderRadius: 8,
    fontSize: 16,
    controlHeight: 40,
    fontFamily: "'Segoe UI', Roboto, 'Noto Sans', system-ui, sans-serif",
    motion: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
  },
  // So that a calendar fits the narrowest phone.
  components: { DatePicker: { cellWidth: 34 } },
};

const router = createBrowserRouter([
  { path: '/sign-in', element: <SignIn /> },
  {
    path: '/first-run',
    lazy: async () => ({ Component: (await import('./features/installation/first-run')).FirstRun }),
    HydrateFallback: Loading,
  },
  {
    path: '/',
    lazy: async () => ({ Component: (await import('./features/access/shell')).Shell }),
    HydrateFallback: Loading,
    ErrorBoundary: Broken,
    children: [
      {
        index: true,
        lazy: async () => ({ Component: (await import('./features/progress/newest-plan')).NewestPlan }),
      },
      {
        path: 'plans/:plan/progress',
        lazy: async () => ({ Component: (await import('./features/progress/progress-page')).ProgressPage }),
      },
      {
        path: 'account',
        lazy: async () => ({ Component: (await import('./features/access/own-password')).OwnPassword }),
      },
      {
        path: '*',
        lazy: async () => ({ Component: (await import('./ui/nowhere')).Nowhere }),
      },
    ],
  },
]);

export function App() {
  const { i18n } = useTranslation();
  const [locale, setLocale] = useState(vietnamese);
  const language = i18n.language;
  useEffect(() => {
    let current = true;
    if (language === 'vi') setLocale(vietnamese);
    else void import('antd/locale/en_US').then(({ default: english }) => current && setLocale(english));
    return () => {
      current = false;
    };
  }, [language]);
  return (
    <ConfigProvider
      csp={{ nonce }}
      theme={theme}
      locale={locale}
      datePicker={{ suffixIcon: calendarIcon }}
      select={{ suffixIcon: caretIcon }}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ConfigProvider>
  );
}
