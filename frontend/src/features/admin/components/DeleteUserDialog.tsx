import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Dialog } from '@/components/Dialog';
import type { User } from '@/lib/api-types';
import { useDeleteUser } from '../api/get-users';

/** Asks before an account goes with all its photos. */
export function DeleteUserDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useDeleteUser();
  return (
    <Dialog opened={true} onClose={onClose} title={t('users.remove', { name: user.username })}>
      <Stack gap="sm">
        <Text>{t('users.removeHint', { name: user.username, count: user.photo_count })}</Text>
        {remove.error && <ErrorNotice error={remove.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button
            color="red.9"
            loading={remove.isPending}
            onClick={() => remove.mutate(user.id, { onSuccess: onClose })}
          >
            {t('users.removeNow')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
