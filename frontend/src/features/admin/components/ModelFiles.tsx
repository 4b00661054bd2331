import { Alert, Anchor, Button, Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ServerFailure } from '@/components/ServerFailure';
import { useNotify } from '@/components/use-notify';
import { Link } from 'react-router';
import type { ModelEntry } from '@/lib/api-types';
import { paths } from '@/lib/paths';
import { useModelAct, type ModelAct } from '../api/get-models';
import { actsFor, isUnderWay } from '../model-facts';

/** Fetch, check and remove a model's files; a download is followed while it runs. */
export function ModelFiles({ model }: { model: ModelEntry }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const act = useModelAct();
  const acts = actsFor(model);
  const step = model.state === 'converting' ? 'converting' : 'downloading';

  const start = (wanted: ModelAct) =>
    act.mutate(
      { id: model.id, act: wanted },
      {
        onSuccess: () => wanted === 'verify' && notify.say(t('admin.verifyStarted')),
        onError: notify.fail,
      },
    );

  return (
    <>
      {isUnderWay(model) && (
        <>
          <Group justify="space-between" gap="xs" mt="xs">
            <Text size="sm">{t(`admin.${step}`, { percentage: model.percentage ?? 0 })}</Text>
            <Anchor component={Link} to={paths.job(model.job_id)} size="sm">
              {t('captions.toJob')}
            </Anchor>
          </Group>
          <Progress
            value={model.percentage ?? 0}
            mt={4}
            aria-label={t('admin.downloadOf', { label: model.label })}
          />
        </>
      )}
      {model.error && (
        <Alert variant="light" color="red" mt="xs" p="xs">
          <ServerFailure code={model.error_code} detail={model.error} />
        </Alert>
      )}
      {acts.length > 0 && (
        <Group gap="xs" mt="xs">
          {acts.map((one) => (
            <Button
              key={one}
              size="compact-sm"
              variant={one === 'download' || one === 'update' ? 'light' : 'default'}
              loading={act.isPending && act.variables.act === (one === 'update' ? 'download' : one)}
              aria-label={t('admin.actOn', { act: t(`admin.acts.${one}`), label: model.label })}
              onClick={() => start(one === 'update' ? 'download' : one)}
            >
              {t(`admin.acts.${one}`)}
            </Button>
          ))}
        </Group>
      )}
    </>
  );
}
