import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/lib/error-text';

/** Short messages at the edge of the page, for what has no place on it. */
export function useNotify(): { say: (message: ReactNode) => void; fail: (error: unknown) => void } {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const closeButtonProps = { 'aria-label': t('common.close') };
  return {
    say: (message) => notifications.show({ message, closeButtonProps }),
    fail: (error) => notifications.show({ color: 'red', message: errorText(error), closeButtonProps }),
  };
}
