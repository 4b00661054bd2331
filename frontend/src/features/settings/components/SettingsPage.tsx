import {
  Button,
  Group,
  NativeSelect,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  Title,
  useMantineColorScheme,
} from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/get-user';
import { chooseLanguage, languageName, languages } from '@/lib/i18n';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useSignOut } from '../api/sign-out';
import { DraftSettings } from './DraftSettings';
import { PasswordForm } from './PasswordForm';

export default function SettingsPage() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const me = useMe();
  const signOut = useSignOut();
  const schemeLabel = useId();
  const name = [me.data?.first_name, me.data?.last_name].filter(Boolean).join(' ');

  return (
    <Stack maw={620} gap="lg">
      <Title order={1} size="h3">
        {t('settings.title')}
      </Title>
      <Paper withBorder p="lg" component="section" aria-label={t('settings.appearance')}>
        <Stack>
          <NativeSelect
            label={t('settings.language')}
            value={i18n.language}
            data={languages.map((code) => ({ value: code, label: languageName(code) }))}
            onChange={(event) => void chooseLanguage(event.currentTarget.value)}
          />
          <div>
            <Text size="sm" fw={600} mb={4} id={schemeLabel}>
              {t('settings.scheme')}
            </Text>
            <SegmentedControl
              fullWidth
              aria-labelledby={schemeLabel}
              value={colorScheme}
              onChange={(value) => setColorScheme(value)}
              data={[
                { value: 'auto', label: t('settings.schemeAuto') },
                { value: 'light', label: t('settings.schemeLight') },
                { value: 'dark', label: t('settings.schemeDark') },
              ]}
            />
          </div>
        </Stack>
      </Paper>
      {me.data && <DraftSettings user={me.data} />}
      {me.error && !me.data && <ErrorNotice error={me.error} onRetry={() => void me.refetch()} />}
      <Paper withBorder p="lg" component="section" aria-label={t('settings.account')}>
        <Group justify="space-between">
          <div>
            <Text fw={600}>{name || me.data?.username}</Text>
            <Text size="sm" c="dimmed">
              {me.data?.username}
            </Text>
          </div>
          <Button
            variant="default"
            leftSection={<IconLogout size={18} aria-hidden />}
            loading={signOut.isPending}
            onClick={() => signOut.mutate()}
          >
            {t('settings.signOut')}
          </Button>
        </Group>
        {me.data && <PasswordForm user={me.data} />}
      </Paper>
    </Stack>
  );
}
