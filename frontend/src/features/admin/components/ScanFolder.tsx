import { Button, Group, TextInput } from '@mantine/core';
import { IconFolderSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/get-user';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useFieldText } from '@/lib/error-text';
import { useScanDirectory } from '../api/scan';
import { Section } from './Section';

/** The administrator's own folder of photos on the server. */
export function ScanFolder() {
  const { t } = useTranslation();
  const me = useMe();
  const scan = useScanDirectory(me.data);
  const [typed, setTyped] = useState<string | null>(null);
  const directory = typed ?? me.data?.scan_directory ?? '';
  const fieldError = useFieldText()(scan.error, 'scan_directory');

  return (
    <Section title={t('admin.folder')} hint={t('admin.folderHint')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          scan.mutate(directory.trim());
        }}
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            label={t('admin.folderPath')}
            placeholder="/photos"
            flex="1 1 260px"
            value={directory}
            error={fieldError}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button
            type="submit"
            leftSection={<IconFolderSearch size={18} aria-hidden />}
            loading={scan.isPending}
            disabled={!directory.trim()}
          >
            {t('admin.scan')}
          </Button>
        </Group>
      </form>
      {scan.error && !fieldError && <ErrorNotice error={scan.error} />}
    </Section>
  );
}
