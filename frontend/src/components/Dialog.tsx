import { Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A question over the page. Mantine's own header element would count as a second banner of the page. */
export function Dialog({ opened, title, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    // Above the bar of the selection (210) and an open photo (250).
    <Modal.Root opened={opened} onClose={onClose} zIndex={300}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body pt="md">
          <Group justify="space-between" wrap="nowrap" align="flex-start" mb="sm">
            <Modal.Title fw={600}>{title}</Modal.Title>
            <Modal.CloseButton aria-label={t('common.close')} m={0} />
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface Props {
  opened: boolean;
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
}
