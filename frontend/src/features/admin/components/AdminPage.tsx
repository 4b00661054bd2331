import { Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Jobs } from './Jobs';
import { ModelChoice } from './ModelChoice';
import { ScanFolder } from './ScanFolder';
import { Services } from './Services';

export default function AdminPage() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" maw={900}>
      <Title order={1} size="h3">
        {t('admin.title')}
      </Title>
      <ModelChoice />
      <ScanFolder />
      <Jobs />
      <Services />
    </Stack>
  );
}
