import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate } from 'react-router';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { ApiError } from '@/lib/api-error';
import { paths } from '@/lib/paths';
import { useCreateAdministrator, type NewAdministrator } from '../api/create-administrator';
import { useFirstRun } from '../api/get-first-run';
import { useSignIn } from '../api/sign-in';
import { AuthCard } from './AuthCard';

const EMPTY: NewAdministrator = { username: '', password: '', email: '', first_name: '', last_name: '' };

export default function FirstRunPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const firstRun = useFirstRun();
  const create = useCreateAdministrator();
  const signIn = useSignIn();
  const [person, setPerson] = useState(EMPTY);

  if (firstRun.isPending) return <PageLoader />;
  if (firstRun.data === false && create.isIdle) return <Navigate to={paths.signIn} replace />;

  const refusal = create.error instanceof ApiError ? create.error : null;
  const field = (name: keyof NewAdministrator) => ({
    name,
    label: t(`auth.${name}`),
    value: person[name],
    error: refusal?.on(name),
    withAsterisk: false,
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setPerson((before) => ({ ...before, [name]: value }));
    },
  });
  const fieldErrors = Object.keys(EMPTY).some((name) => refusal?.on(name));

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    try {
      await create.mutateAsync(person);
      await signIn.mutateAsync(person);
      await navigate(paths.timeline, { replace: true });
    } catch {
      // Both mutations show their own error.
    }
  };

  return (
    <AuthCard title={t('auth.welcome')} intro={t('auth.welcomeIntro')}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput {...field('username')} autoComplete="username" autoCapitalize="none" required />
          <PasswordInput
            {...field('password')}
            description={t('auth.passwordHint')}
            autoComplete="new-password"
            minLength={8}
            required
            visibilityToggleButtonProps={{ 'aria-label': t('auth.showPassword') }}
          />
          <TextInput {...field('first_name')} autoComplete="given-name" />
          <TextInput {...field('last_name')} autoComplete="family-name" />
          <TextInput {...field('email')} type="email" autoComplete="email" />
          {create.error && !fieldErrors && <ErrorNotice error={create.error} />}
          {signIn.error && <ErrorNotice error={signIn.error} />}
          <Button type="submit" loading={create.isPending || signIn.isPending} fullWidth mt="xs">
            {t('auth.createAdministrator')}
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
