import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useNavigate } from 'react-router';
import { ErrorNotice } from '@/components/ErrorNotice';
import { ApiError } from '@/lib/api-error';
import { paths } from '@/lib/paths';
import { useFirstRun } from '../api/get-first-run';
import { useSignIn } from '../api/sign-in';
import { AuthCard } from './AuthCard';

export default function SignInPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const location = useLocation();
  const firstRun = useFirstRun();
  const signIn = useSignIn();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');

  if (firstRun.data) return <Navigate to={paths.firstRun} replace />;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const after = (location.state as { from?: string } | null)?.from ?? paths.timeline;
    signIn.mutate({ username, password }, { onSuccess: () => void navigate(after, { replace: true }) });
  };
  const wrong = signIn.error instanceof ApiError && [400, 401].includes(signIn.error.status);
  const wrongText = t('auth.wrongPassword');

  return (
    <AuthCard title={t('auth.signInTitle')} intro={t('auth.signInIntro')}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            name="username"
            label={t('auth.username')}
            autoComplete="username"
            autoCapitalize="none"
            required
            withAsterisk={false}
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordInput
            name="password"
            label={t('auth.password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={wrong && <span role="alert">{wrongText}</span>}
            visibilityToggleButtonProps={{ 'aria-label': t('auth.showPassword') }}
          />
          {signIn.error && !wrong && <ErrorNotice error={signIn.error} />}
          {firstRun.error && <ErrorNotice error={firstRun.error} onRetry={() => void firstRun.refetch()} />}
          <Button type="submit" loading={signIn.isPending} fullWidth mt="xs">
            {t('auth.signIn')}
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
