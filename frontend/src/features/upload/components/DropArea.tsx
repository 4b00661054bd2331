import { Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './DropArea.module.css';

/** Files dropped anywhere on the page are taken; while they hover, the page says so. */
export function DropArea({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { t } = useTranslation();
  const [hovering, setHovering] = useState(false);

  useEffect(() => {
    // Moving over a child leaves the parent first; counting keeps the sign from flickering.
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += 1;
      setHovering(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setHovering(false);
    };
    const over = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setHovering(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length) onFiles(files);
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop } as const;
    const types = Object.keys(listeners) as (keyof typeof listeners)[];
    types.forEach((type) => window.addEventListener(type, listeners[type]));
    return () => types.forEach((type) => window.removeEventListener(type, listeners[type]));
  }, [onFiles]);

  if (!hovering) return null;
  return (
    <div className={classes.area}>
      <IconUpload size={48} aria-hidden />
      <Text fw={600} size="xl">
        {t('upload.dropHere')}
      </Text>
    </div>
  );
}
