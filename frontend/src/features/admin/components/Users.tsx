import { ActionIcon, Badge, Button, Group, Stack, Switch, Table, Text } from '@mantine/core';
import { IconPencil, IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSiteSettings } from '@/api/get-site-settings';
import { useMe } from '@/api/get-user';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import type { User } from '@/lib/api-types';
import { formatMoment } from '@/lib/dates';
import { useUsers } from '../api/get-users';
import { useSaveSiteSettings } from '../api/save-site-settings';
import { DeleteUserDialog } from './DeleteUserDialog';
import { Section } from './Section';
import { UserDialog } from './UserDialog';

type Open = { kind: 'none' } | { kind: 'new' } | { kind: 'change' | 'delete'; user: User };

/** Who has an account. */
export function Users() {
  const { t, i18n } = useTranslation();
  const users = useUsers();
  const me = useMe().data;
  const [open, setOpen] = useState<Open>({ kind: 'none' });
  const close = () => setOpen({ kind: 'none' });
  if (users.isPending) return <PageLoader />;
  if (!users.data) return <ErrorNotice error={users.error} onRetry={() => void users.refetch()} />;

  return (
    <Section title={t('users.title')}>
      <Table.ScrollContainer minWidth={560} tabIndex={0} aria-label={t('users.title')}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('auth.username')}</Table.Th>
              <Table.Th>{t('users.name')}</Table.Th>
              <Table.Th>{t('users.photos')}</Table.Th>
              <Table.Th>{t('users.lastLogin')}</Table.Th>
              <Table.Th>{t('jobs.actions')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {users.data.map((user) => (
              <Table.Tr key={user.id}>
                <Table.Td>
                  {user.username}{' '}
                  {user.is_superuser && (
                    <Badge variant="default" tt="none" fw={500}>
                      {t('users.admin')}
                    </Badge>
                  )}
                </Table.Td>
                <Table.Td>{[user.first_name, user.last_name].filter(Boolean).join(' ')}</Table.Td>
                <Table.Td>{user.photo_count}</Table.Td>
                <Table.Td>
                  {typeof user.last_login === 'string' && formatMoment(user.last_login, i18n.language)}
                </Table.Td>
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={t('users.change', { name: user.username })}
                      title={t('users.change', { name: user.username })}
                      onClick={() => setOpen({ kind: 'change', user })}
                    >
                      <IconPencil size={18} aria-hidden />
                    </ActionIcon>
                    {user.id !== me?.id && !user.is_superuser && (
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={t('users.remove', { name: user.username })}
                        title={t('users.remove', { name: user.username })}
                        onClick={() => setOpen({ kind: 'delete', user })}
                      >
                        <IconTrash size={18} aria-hidden />
                      </ActionIcon>
                    )}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Stack mt="md" align="flex-start">
        <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => setOpen({ kind: 'new' })}>
          {t('users.add')}
        </Button>
        <Doors />
      </Stack>
      {open.kind === 'new' && <UserDialog user={null} onClose={close} />}
      {open.kind === 'change' && <UserDialog user={open.user} onClose={close} />}
      {open.kind === 'delete' && <DeleteUserDialog user={open.user} onClose={close} />}
    </Section>
  );
}

/** What everybody may do. */
function Doors() {
  const { t } = useTranslation();
  const settings = useSiteSettings().data;
  const save = useSaveSiteSettings();
  if (!settings) return null;
  return (
    <>
      {(['allow_registration', 'allow_upload'] as const).map((name) => (
        <Switch
          key={name}
          label={t(`users.${name}`)}
          description={settings.locked?.includes(name) ? t('admin.locked') : undefined}
          disabled={settings.locked?.includes(name)}
          checked={save.isPending ? (save.variables[name] ?? settings[name]) : settings[name]}
          onChange={(event) => save.mutate({ [name]: event.currentTarget.checked })}
        />
      ))}
      {save.error && <ErrorNotice error={save.error} />}
      <Text size="sm" c="dimmed">
        {t('users.doorsHint')}
      </Text>
    </>
  );
}
