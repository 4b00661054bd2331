import { Button, Group, PasswordInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useNotify } from '@/components/use-notify';
import { ApiError } from '@/lib/api-error';
import type { User } from '@/lib/api-types';
import { useChangePassword } from '../api/change-password';

export function PasswordForm({ user }: { user: User }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const change = useChangePassword(user);
  const [password, setPassword] = useState('');
  const refused = change.error instanceof ApiError ? change.error.on('password') : undefined;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate(password, {
      onSuccess: () => {
        setPassword('');
        notify.say(t('settings.passwordChanged'));
      },
    });
  };

  return (
    <form onSubmit={submit}>
      {/* Password managers store the new password under this name. */}
      <input hidden name="username" value={user.username} autoComplete="username" readOnly />
      <Group align="flex-end" mt="md">
        <PasswordInput
          flex="1 1 240px"
          label={t('settings.newPassword')}
          description={t('settings.passwordHint')}
          autoComplete="new-password"
          minLength={8}
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={refused}
          visibilityToggleButtonProps={{ 'aria-label': t('auth.showPassword') }}
        />
        <Button type="submit" variant="default" loading={change.isPending}>
          {t('settings.changePassword')}
        </Button>
      </Group>
      {change.error && !refused && <ErrorNotice error={change.error} />}
    </form>
  );
}
