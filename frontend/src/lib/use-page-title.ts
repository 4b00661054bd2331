import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Name the page in the browser's tab, in its history, and to screen readers; empty for the product's name alone. */
export function usePageTitle(title: string): void {
  const { t } = useTranslation();
  const name = t('app.name');
  useEffect(() => {
    const before = document.title;
    document.title = title ? `${title} – ${name}` : name;
    return () => {
      document.title = before;
    };
  }, [title, name]);
}
