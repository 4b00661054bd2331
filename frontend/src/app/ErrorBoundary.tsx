import { Button, Container, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A fault in our own code ends in a sentence and a way out, not in a white page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Failure /> : this.props.children;
  }
}

function Failure() {
  const { t } = useTranslation();
  return (
    <Container size="xs" py={80} role="alert">
      <Title order={1} size="h3">
        {t('failure.title')}
      </Title>
      <Text my="md">{t('failure.hint')}</Text>
      <Button onClick={() => window.location.reload()}>{t('failure.reload')}</Button>
    </Container>
  );
}
