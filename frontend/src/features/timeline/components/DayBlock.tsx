import { Text, Title } from '@mantine/core';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useDayPage } from '@/api/get-days';
import { ErrorNotice } from '@/components/ErrorNotice';
import { estimateHeight } from '@/components/photo-rows/justify';
import { GAP, PhotoRows, rowHeightFor } from '@/components/photo-rows/PhotoRows';
import type { Selection } from '@/components/photo-rows/use-selection';
import type { GridPhoto } from '@/lib/api-types';
import { formatDay } from '@/lib/dates';
import type { TimelineFilter } from '@/lib/paths';
import type { Block, DayPart } from '../blocks';
import { dayPlaces } from '../day-places';
import { useSettled } from '../use-settled';
import { SharedRow } from './SharedRow';
import classes from './Timeline.module.css';

export const HEADER_HEIGHT = 56;

/** One block of the timeline; its photos are asked for once it has stayed on the screen for a moment. */
export const DayBlock = memo(function DayBlock({ block, ...rest }: BlockProps) {
  const [first] = block.parts;
  if (block.parts.length > 1) return <SharedRow parts={block.parts} {...rest} />;
  return first && <OneDay part={first} continued={block.continued} {...rest} />;
});

function OneDay({ part: { day, page, count }, continued, filter, width, selection }: OneDayProps) {
  const photos = useDayPage(filter, day.id, page, useSettled());
  const title = useDayTitle(day.date);
  return (
    <section aria-label={title}>
      {page === 1 && <DayHeader title={title} location={day.location} photos={photos.data} />}
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

export function DayHeader({ title, location, photos }: HeaderProps) {
  const { t } = useTranslation();
  const { names, more } = dayPlaces(photos, location);
  const list = names.join(' · ');
  const places = more ? t('timeline.morePlaces', { places: list, count: more }) : list;
  return (
    <div className={classes.header} style={{ height: HEADER_HEIGHT }}>
      <div className={classes.names}>
        <Title order={2} size="h5" lineClamp={1} title={title} maw="100%">
          {title}
        </Title>
        {places && (
          <Text size="sm" c="dimmed" truncate dir="auto" title={places}>
            {places}
          </Text>
        )}
      </div>
    </div>
  );
}

export function useDayTitle(date: string | null, compact = false): string {
  const { t, i18n } = useTranslation();
  return formatDay(date, i18n.language, { compact }) ?? t('timeline.undated');
}

interface HeaderProps {
  title: string;
  /** A place that the day itself names. */
  location: string | null;
  /** Those of its photos that are here. */
  photos: GridPhoto[] | undefined;
}

export interface BlockProps {
  block: Block;
  filter: TimelineFilter;
  width: number;
  selection: Selection;
}

interface OneDayProps extends Omit<BlockProps, 'block'> {
  part: DayPart;
  continued: boolean;
}
