import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { onServer } from '@/lib/base-path';
import { usePageTitle } from '@/lib/use-page-title';
import classes from './AuthCard.module.css';

/** The frame of the pages one sees before being signed in. */
export function AuthCard({ title, intro, children }: { title: string; intro: string; children: ReactNode }) {
  usePageTitle(title);
  return (
    <main className={classes.page}>
      <Paper withBorder radius="lg" p="xl" className={classes.card}>
        <Stack gap="md">
          <div>
            <img src={onServer('/favicon.svg')} alt="" width={44} height={44} />
            <Title order={1} size="h2" mt="xs">
              {title}
            </Title>
            <Text c="dimmed" mt={4}>
              {intro}
            </Text>
          </div>
          {children}
        </Stack>
      </Paper>
    </main>
  );
}
