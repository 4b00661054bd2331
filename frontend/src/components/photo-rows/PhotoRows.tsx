import { useMemo, type CSSProperties } from 'react';
import type { GridPhoto } from '@/lib/api-types';
import type { PhotoSource } from '@/lib/paths';
import { justify, usableRatio, type Box } from './justify';
import classes from './PhotoRows.module.css';
import { PhotoTile } from './PhotoTile';
import type { Selection } from './use-selection';

export const GAP = 4;

export function rowHeightFor(width: number): number {
  return width < 600 ? 120 : 190;
}

/** Photos in justified rows. */
export function PhotoRows({ photos, width, source, selection, rowHeight, continued = false }: Props) {
  const rows = useMemo(
    () =>
      justify(
        photos.map((photo) => usableRatio(photo.aspectRatio)),
        { width, rowHeight: rowHeight ?? rowHeightFor(width), gap: GAP, stretchLast: continued },
      ),
    [photos, width, rowHeight, continued],
  );
  return (
    <ul className={classes.rows} style={{ height: rows.height }}>
      {photos.map((photo, index) => {
        const box = rows.boxes[index];
        return (
          box && (
            <li key={photo.id} className={classes.cell} style={placed(box)}>
              <PhotoTile photo={photo} source={source} selection={selection} />
            </li>
          )
        );
      })}
    </ul>
  );
}

function placed({ left, top, width, height }: Box): CSSProperties {
  return { insetInlineStart: left, insetBlockStart: top, width, height };
}

interface Props {
  photos: GridPhoto[];
  /** Pixels to fill. */
  width: number;
  source: PhotoSource;
  selection?: Selection;
  /** Pixels; by default what fits the width. */
  rowHeight?: number;
  /** More photos of the same day follow in the next block. */
  continued?: boolean;
}
