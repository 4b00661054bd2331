import { Text } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { media } from '@/lib/paths';
import classes from './AlbumGrid.module.css';

export interface AlbumCard {
  id: number;
  to: string;
  title: string;
  /** A second name, where the title alone does not say which. */
  hint?: string;
  count: number;
  /** Hash of a photo; an empty album has none. */
  cover: string | undefined;
}

/** Albums of any kind as cards: cover, title, how many photos. */
export function AlbumGrid({ albums, label }: { albums: AlbumCard[]; label?: string }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.grid} aria-label={label}>
      {albums.map(({ id, to, title, hint, count, cover }) => (
        <li key={id}>
          <Link to={to} className={classes.card}>
            <span className={classes.cover}>
              {cover ? (
                <img src={media.tile(cover)} alt="" loading="lazy" />
              ) : (
                <span className={classes.nothing}>
                  <IconPhoto size={40} stroke={1.2} aria-hidden />
                </span>
              )}
            </span>
            <Text component="span" fw={600} truncate display="block" dir="auto">
              {title}
            </Text>
            {hint && (
              <Text component="span" size="sm" truncate display="block" dir="auto">
                {hint}
              </Text>
            )}
            <Text component="span" size="sm" c="dimmed">
              {t('common.photos', { count })}
            </Text>
          </Link>
        </li>
      ))}
    </ul>
  );
}
