import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelCost, ModelEntry } from '@/lib/api-types';
import { useServerText } from '@/lib/server-text';

/** Says that the service of a model is not there, and why; nothing while it is. */
export function ServiceAway({ model, cost }: { model: ModelEntry; cost: ModelCost | undefined }) {
  const { t } = useTranslation();
  const { reason } = useServerText();
  if (!cost?.service_why) return null;
  const { text, lang } = reason(cost.service_reason, cost.service_why);
  return (
    <Alert
      variant="light"
      color="orange"
      mt="xs"
      p="xs"
      title={t('admin.serviceAway', { name: model.service })}
    >
      <span lang={lang}>{text}</span>
    </Alert>
  );
}
