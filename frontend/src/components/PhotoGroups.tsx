import { Text, Title } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PhotoRows } from '@/components/photo-rows/PhotoRows';
import type { PhotoGroup } from '@/lib/api-types';
import { formatDay } from '@/lib/dates';
import type { PhotoSource } from '@/lib/paths';
import { useWidth } from '@/lib/use-width';

/** A list of photos that came whole, by day. */
export function PhotoGroups({ groups, source }: { groups: PhotoGroup[]; source: PhotoSource }) {
  const { t, i18n } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const width = useWidth(list);
  return (
    <div ref={list}>
      {width > 0 &&
        groups.map((group, index) => (
          <section key={group.date ?? `undated-${index}`} style={{ marginBlockEnd: 20 }}>
            {(groups.length > 1 || group.date) && (
              <Title order={2} size="h5" mb={8}>
                {formatDay(group.date, i18n.language) ?? t('timeline.undated')}{' '}
                <Text component="span" size="sm" c="dimmed" fw={400} ms={8}>
                  {group.location}
                </Text>
              </Title>
            )}
            <PhotoRows photos={group.items} width={width} source={source} />
          </section>
        ))}
    </div>
  );
}
