import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState, type ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import { ErrorNotice } from '@/components/ErrorNotice';
import { ApiError } from '@/lib/api-error';
import type { User } from '@/lib/api-types';
import { useFieldText } from '@/lib/error-text';
import { useSaveUser, type UserForm } from '../api/get-users';

const FIELDS = ['username', 'first_name', 'last_name', 'email'] as const;

/** Make an account, or change one: name, address, password, and the folder that is read for it. */
export function UserDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  const { t } = useTranslation();
  const fieldText = useFieldText();
  const save = useSaveUser(user?.id ?? null);
  const [form, setForm] = useState<UserForm>(() => ({
    username: user?.username ?? '',
    first_name: user?.first_name ?? '',
    last_name: user?.last_name ?? '',
    email: user?.email ?? '',
    password: '',
    scan_directory: user?.scan_directory ?? '',
  }));
  const refusal = save.error instanceof ApiError ? save.error : null;
  const bind = (name: keyof UserForm) => ({
    name,
    value: form[name],
    error: fieldText(save.error, name),
    onChange: (event: ChangeEvent<HTMLInputElement>) =>
      setForm({ ...form, [name]: event.currentTarget.value }),
  });
  const isAtField = (Object.keys(form) as (keyof UserForm)[]).some((name) => refusal?.on(name));

  return (
    <Dialog
      opened={true}
      onClose={onClose}
      title={user ? t('users.change', { name: user.username }) : t('users.add')}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(form, { onSuccess: onClose });
        }}
      >
        <Stack gap="sm">
          {FIELDS.map((name) => (
            <TextInput
              key={name}
              label={t(`auth.${name}`)}
              required={name === 'username'}
              autoComplete="off"
              {...bind(name)}
            />
          ))}
          <PasswordInput
            label={user ? t('users.newPassword') : t('auth.password')}
            description={user ? t('users.newPasswordHint') : t('auth.passwordHint')}
            required={!user}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('auth.showPassword') }}
            {...bind('password')}
          />
          <TextInput
            label={t('users.folder')}
            description={t('users.folderHint')}
            placeholder="/photos"
            {...bind('scan_directory')}
          />
          {save.error && !isAtField && <ErrorNotice error={save.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
