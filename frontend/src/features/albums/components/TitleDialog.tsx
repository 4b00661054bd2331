import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import { ErrorNotice } from '@/components/ErrorNotice';
import { ApiError } from '@/lib/api-error';

export const LONGEST_TITLE = 256;

/** Asks for the title of an album. */
export function TitleDialog({ heading, action, title = '', pending, error, onSubmit, onClose }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(title);
  const taken = error instanceof ApiError && error.code === 'title_taken';
  return (
    <Dialog opened={true} title={heading} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim()) onSubmit(typed.trim());
        }}
      >
        <Stack gap="sm">
          <TextInput
            label={t('albums.name')}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={taken && t('albums.taken')}
            maxLength={LONGEST_TITLE}
            required
            autoComplete="off"
            dir="auto"
            data-autofocus
          />
          {error !== null && !taken && <ErrorNotice error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={pending} disabled={!typed.trim()}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

interface Props {
  heading: string;
  action: string;
  title?: string;
  pending: boolean;
  error: Error | null;
  onSubmit: (title: string) => void;
  onClose: () => void;
}
