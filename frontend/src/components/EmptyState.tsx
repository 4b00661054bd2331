import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A page without content: what it is for and what to do about it. */
export function EmptyState({ icon, title, hint, order = 2, children }: Props) {
  return (
    <Stack align="center" gap="sm" py={80} px="md" ta="center">
      <Text c="cyan.7" component="div" aria-hidden>
        {icon}
      </Text>
      <Title order={order} size="h3">
        {title}
      </Title>
      <Text c="dimmed" maw={440}>
        {hint}
      </Text>
      {children}
    </Stack>
  );
}

interface Props {
  icon: ReactNode;
  title: string;
  hint: string;
  /** 1 where the title is the page's own. */
  order?: 1 | 2;
  children?: ReactNode;
}
