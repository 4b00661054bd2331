import { Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDayPage } from '@/api/get-days';
import { ErrorNotice } from '@/components/ErrorNotice';
import { estimateHeight } from '@/components/photo-rows/justify';
import { GAP, PhotoRows, rowHeightFor } from '@/components/photo-rows/PhotoRows';
import type { Selection } from '@/components/photo-rows/use-selection';
import { formatDay } from '@/lib/dates';
import type { TimelineFilter } from '@/lib/paths';
import type { Block } from '../blocks';
import classes from './Timeline.module.css';

export const HEADER_HEIGHT = 56;
/** A block that flies by while one scrolls fast is not worth a request. */
const SETTLE_MS = 120;

export function DayBlock({ block, filter, width, selection }: Props) {
  const { t, i18n } = useTranslation();
  const settled = useSettled();
  const { day, page, count, continued } = block;
  const photos = useDayPage(filter, day.id, page, settled);
  const title = day.date ? formatDay(day.date, i18n.language) : t('timeline.undated');

  return (
    <section aria-label={title}>
      {page === 1 && (
        <div className={classes.header} style={{ height: HEADER_HEIGHT }}>
          <Title order={2} size="h5" component="h2">
            {title}
          </Title>
          {day.location && (
            <Text size="sm" c="dimmed" truncate>
              {day.location}
            </Text>
          )}
        </div>
      )}
      <div className={classes.rows}>
        {photos.data ? (
          <PhotoRows
            photos={photos.data}
            width={width}
            source={{ kind: 'timeline', filter }}
            selection={selection}
            continued={continued}
          />
        ) : (
          <div
            className={classes.placeholder}
            style={{ height: estimateHeight(count, width, rowHeightFor(width), GAP) - GAP }}
            aria-busy
          >
            {photos.error && <ErrorNotice error={photos.error} onRetry={() => void photos.refetch()} />}
          </div>
        )}
      </div>
    </section>
  );
}

function useSettled(): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLE_MS);
    return () => clearTimeout(timer);
  }, []);
  return settled;
}

interface Props {
  block: Block;
  filter: TimelineFilter;
  width: number;
  selection: Selection;
}
