import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { lazy, Suspense, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { DAY_PAGE_SIZE, useDays } from '@/api/get-days';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { estimateHeight } from '@/components/photo-rows/justify';
import { GAP, rowHeightFor } from '@/components/photo-rows/PhotoRows';
import { useSelection, type Selection } from '@/components/photo-rows/use-selection';
import type { Day } from '@/lib/api-types';
import type { TimelineFilter } from '@/lib/paths';
import { useWidth } from '@/lib/use-width';
import { photosIn, toBlocks, type Block } from '../blocks';
import { usePhotoOrder } from '../use-photo-order';
import { DateScrubber } from './DateScrubber';
import { DayBlock, HEADER_HEIGHT } from './DayBlock';
import classes from './Timeline.module.css';

// Needed only once something is selected.
const SelectionBar = lazy(() => import('./SelectionBar'));

/** All photos by day, newest first; only what is on the screen is drawn and asked for. */
export function Timeline({ filter, empty, selectionActions }: Props) {
  const days = useDays(filter);
  if (days.isPending) return <PageLoader />;
  if (!days.data) return <ErrorNotice error={days.error} onRetry={() => void days.refetch()} />;
  if (!days.data.length) return empty;
  return <Days days={days.data} filter={filter} selectionActions={selectionActions} />;
}

function Days({ days, filter, selectionActions }: Omit<Props, 'empty'> & { days: Day[] }) {
  const list = useRef<HTMLDivElement>(null);
  const width = useWidth(list);
  const [offsetTop, setOffsetTop] = useState(0);
  const blocks = useMemo(() => toBlocks(days, DAY_PAGE_SIZE, photosPerRow(width)), [days, width]);

  useLayoutEffect(() => setOffsetTop(list.current?.offsetTop ?? 0), [width]);

  const virtualizer = useWindowVirtualizer({
    count: width ? blocks.length : 0,
    estimateSize: (index) => estimateBlock(blocks[index], width),
    getItemKey: (index) => blocks[index]?.key ?? index,
    overscan: 2,
    scrollMargin: offsetTop,
  });
  // Before any block was measured the sizes are guesses from the width, so a new width asks for new guesses.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, width]);

  const selection = useSelection(usePhotoOrder(blocks, filter));

  return (
    <>
      {selection.size > 0 && (
        <Suspense fallback={null}>
          <SelectionBar selection={selection} filter={filter}>
            {selectionActions?.(selection)}
          </SelectionBar>
        </Suspense>
      )}
      <div ref={list} className={classes.list} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const block = blocks[item.index];
          return (
            block && (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtualizer.measureElement}
                className={classes.block}
                style={{ transform: `translateY(${item.start - offsetTop}px)` }}
              >
                <DayBlock block={block} filter={filter} width={width} selection={selection} />
              </div>
            )
          );
        })}
      </div>
      <DateScrubber
        blocks={blocks}
        onPick={(index) => virtualizer.scrollToIndex(index, { align: 'start' })}
      />
    </>
  );
}

function estimateBlock(block: Block | undefined, width: number): number {
  if (!block) return 0;
  const rowHeight = rowHeightFor(width);
  if (block.parts.length > 1) return HEADER_HEIGHT + rowHeight + GAP;
  return (
    (block.parts[0]?.page === 1 ? HEADER_HEIGHT : 0) + estimateHeight(photosIn(block), width, rowHeight, GAP)
  );
}

function photosPerRow(width: number): number {
  return Math.max(1, Math.floor(width / (rowHeightFor(width) * 1.4)));
}

interface Props {
  filter: TimelineFilter;
  /** In place of no photos. */
  empty: ReactNode;
  /** What else can be done with marked photos. */
  selectionActions?: (selection: Selection) => ReactNode;
}
