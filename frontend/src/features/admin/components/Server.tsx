import { Button, Code, Group, Progress, Stack, Text, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '@/components/ErrorNotice';
import { formatBytes } from '@/lib/dates';
import { saveFile } from '@/lib/save-file';
import { useImageTag, useServerFacts, useStorage } from '../api/get-server';
import { Section } from './Section';

/** Which version runs, how full its disk is, and what to attach to a report of a fault. */
export function Server() {
  return (
    <Stack gap="lg">
      <Disk />
      <Facts />
    </Stack>
  );
}

function Disk() {
  const { t, i18n } = useTranslation();
  const storage = useStorage();
  const { used_storage: used = 0, total_storage: total = 0, free_storage: free = 0 } = storage.data ?? {};
  const exact = new Intl.NumberFormat(i18n.language);
  const values = {
    used: formatBytes(used, i18n.language),
    total: formatBytes(total, i18n.language),
    free: formatBytes(free, i18n.language),
  };
  const bytes = t('server.exact', {
    used: exact.format(used),
    total: exact.format(total),
    free: exact.format(free),
  });
  return (
    <Section title={t('server.storage')}>
      {storage.error && !storage.data && (
        <ErrorNotice error={storage.error} onRetry={() => void storage.refetch()} />
      )}
      {total > 0 && (
        <Stack gap={6} mt="xs">
          <Tooltip label={bytes} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
            <Progress.Root size={22} tabIndex={0}>
              <Progress.Section value={(100 * used) / total} aria-label={t('server.used', values)} />
            </Progress.Root>
          </Tooltip>
          <Text size="sm">{t('server.used', values)}</Text>
        </Stack>
      )}
    </Section>
  );
}

function Facts() {
  const { t } = useTranslation();
  const facts = useServerFacts();
  const tag = useImageTag().data;
  const text = JSON.stringify(facts.data, null, 2);
  return (
    <Section title={t('server.facts')} hint={t('server.factsHint')}>
      <Stack gap="sm" align="flex-start">
        {tag && (
          <Text>
            {t('server.version', { version: facts.data?.version ?? '–', tag: tag.image_tag || '–' })}{' '}
            {tag.git_hash && <Code>{tag.git_hash.slice(0, 12)}</Code>}
          </Text>
        )}
        {facts.error && !facts.data && (
          <ErrorNotice error={facts.error} onRetry={() => void facts.refetch()} />
        )}
        {facts.data && (
          <>
            <Code
              block
              tabIndex={0}
              mah={360}
              w="100%"
              aria-label={t('server.facts')}
              style={{ overflow: 'auto' }}
            >
              {text}
            </Code>
            <Group gap="xs">
              <Button
                variant="default"
                leftSection={<IconDownload size={18} aria-hidden />}
                onClick={() => saveFile('server-facts.json', text, 'application/json')}
              >
                {t('server.download')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Section>
  );
}
