import { useDayPages } from '@/api/get-days';
import { usableRatio } from '@/components/photo-rows/justify';
import { GAP, PhotoRows, rowHeightFor } from '@/components/photo-rows/PhotoRows';
import type { GridPhoto } from '@/lib/api-types';
import type { DayPart } from '../blocks';
import { useSettled } from '../use-settled';
import { DayHeader, useDayTitle, type BlockProps } from './DayBlock';
import classes from './Timeline.module.css';

const DAY_GAP = 20;
/** Narrower than this a day's name cannot be read. */
const MIN_DAY_WIDTH = 165;

/** Several small days side by side, all their photos at one height. */
export function SharedRow({ parts, filter, width, selection }: Props) {
  const pages = useDayPages(
    filter,
    parts.map((part) => part.day.id),
    useSettled(),
  );
  const ratios = parts.map((part, index) => {
    const photos = pages[index] ?? [];
    const known = photos.reduce((sum, photo) => sum + usableRatio(photo.aspectRatio), 0);
    return known || part.count * usableRatio(null);
  });
  const gaps = parts.reduce((sum, part) => sum + GAP * (part.count - 1), 0) + DAY_GAP * (parts.length - 1);
  const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
  const height = Math.min(rowHeightFor(width), (width - gaps) / total);

  return (
    <div className={classes.shared} style={{ gap: DAY_GAP }}>
      {parts.map((part, index) => {
        const dayWidth = (ratios[index] ?? 0) * height + GAP * (part.count - 1);
        return (
          <SharedDay
            key={part.day.id}
            part={part}
            photos={pages[index]}
            width={Math.max(dayWidth, Math.min(MIN_DAY_WIDTH, width / 3))}
          >
            {pages[index] ? (
              <PhotoRows
                photos={pages[index]}
                width={dayWidth + 1}
                rowHeight={height}
                source={{ kind: 'timeline', filter }}
                selection={selection}
              />
            ) : (
              <div className={classes.placeholder} style={{ height, width: dayWidth }} aria-busy />
            )}
          </SharedDay>
        );
      })}
    </div>
  );
}

function SharedDay({ part, photos, width, children }: SharedDayProps) {
  const title = useDayTitle(part.day.date, width < MIN_DAY_WIDTH);
  return (
    <section aria-label={title} style={{ width, minWidth: 0 }}>
      <DayHeader title={title} location={part.day.location} photos={photos} />
      <div className={classes.rows}>{children}</div>
    </section>
  );
}

interface SharedDayProps {
  part: DayPart;
  photos: GridPhoto[] | undefined;
  width: number;
  children: React.ReactNode;
}

interface Props extends Omit<BlockProps, 'block'> {
  parts: DayPart[];
}
