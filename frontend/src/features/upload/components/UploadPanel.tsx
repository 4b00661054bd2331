import {
  ActionIcon,
  Anchor,
  Button,
  CloseButton,
  Group,
  Paper,
  Progress,
  ScrollArea,
  Text,
} from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconChevronDown,
  IconChevronUp,
  IconCopyCheck,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiError } from '@/lib/api-error';
import { useErrorText } from '@/lib/error-text';
import { paths } from '@/lib/paths';
import { isUnderWay, type UploadItem, type UploadQueue } from '../use-upload-queue';
import classes from './UploadPanel.module.css';

/** The list of files being uploaded, over the page in the corner. */
export default function UploadPanel({ queue }: { queue: UploadQueue }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(true);

  const finished = queue.items.filter((item) => item.step.state !== 'waiting' && !isUnderWay(item)).length;
  const failed = queue.items.filter((item) => item.step.state === 'failed').length;
  const busy = finished < queue.items.length;
  const title = busy
    ? t('upload.progress', { done: finished, count: queue.items.length })
    : t('upload.finished', { count: finished - failed });

  return (
    <Paper
      component="section"
      aria-label={t('upload.title')}
      withBorder
      shadow="lg"
      className={classes.panel}
    >
      <Group justify="space-between" wrap="nowrap" px="md" py="xs">
        <Text fw={600} size="sm" role="status">
          {title} {failed > 0 && t('upload.failedCount', { count: failed })}
        </Text>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={() => setOpen(!open)}
            aria-expanded={open}
            aria-label={open ? t('upload.collapse') : t('upload.expand')}
          >
            {open ? <IconChevronDown size={18} aria-hidden /> : <IconChevronUp size={18} aria-hidden />}
          </ActionIcon>
          <CloseButton onClick={queue.clear} aria-label={busy ? t('upload.stop') : t('common.close')} />
        </Group>
      </Group>
      {open && (
        <ScrollArea.Autosize mah={300}>
          <ul className={classes.list}>
            {queue.items.map((item) => (
              <UploadRow key={item.key} item={item} onRetry={() => queue.retry(item.key)} />
            ))}
          </ul>
        </ScrollArea.Autosize>
      )}
    </Paper>
  );
}

function UploadRow({ item, onRetry }: { item: UploadItem; onRetry: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { step } = item;
  return (
    <li className={classes.row}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" truncate title={item.name}>
          {step.state === 'done' ? (
            <Anchor component={Link} inherit to={paths.photo(step.hash, { kind: 'timeline', filter: 'all' })}>
              {item.name}
            </Anchor>
          ) : (
            item.name
          )}
        </Text>
        {step.state === 'done' && (
          <IconCheck size={18} className={classes.good} aria-label={t('upload.done')} role="img" />
        )}
        {step.state === 'failed' && (
          <Button size="compact-xs" variant="default" onClick={onRetry}>
            {t('common.tryAgain')}
          </Button>
        )}
      </Group>
      {(step.state === 'hashing' || step.state === 'sending') && (
        <Progress
          value={(step.state === 'hashing' ? step.progress * 0.1 : 0.1 + step.progress * 0.9) * 100}
          size="sm"
          mt={4}
          aria-label={item.name}
        />
      )}
      {step.state === 'waiting' && <Note>{t('upload.waiting')}</Note>}
      {step.state === 'processing' && <Note>{t('upload.processing')}</Note>}
      {step.state === 'duplicate' && (
        <Note icon={<IconCopyCheck size={14} aria-hidden />}>
          {t('upload.duplicate')}{' '}
          <Anchor component={Link} size="xs" to={paths.photo(step.hash, { kind: 'timeline', filter: 'all' })}>
            {t('upload.show')}
          </Anchor>
        </Note>
      )}
      {step.state === 'failed' && (
        <Note icon={<IconAlertTriangle size={14} aria-hidden />} bad>
          {step.error instanceof ApiError && step.error.code === 'empty_file'
            ? t('upload.empty')
            : errorText(step.error)}
        </Note>
      )}
    </li>
  );
}

function Note({ icon, bad, children }: { icon?: React.ReactNode; bad?: boolean; children: React.ReactNode }) {
  return (
    <Text size="xs" c={bad ? undefined : 'dimmed'} className={bad ? classes.bad : undefined}>
      {icon} {children}
    </Text>
  );
}
