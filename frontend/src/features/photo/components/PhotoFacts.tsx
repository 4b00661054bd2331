import { Anchor, Text, VisuallyHidden } from '@mantine/core';
import { IconCalendar, IconCamera, IconFile, IconMapPin, IconUsers } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Photo } from '@/lib/api-types';
import { formatBytes, formatTaken } from '@/lib/dates';
import { media, paths } from '@/lib/paths';
import classes from './PhotoPage.module.css';

/** When, where, who, with what, and the file; only what is known. */
export function PhotoFacts({ photo }: { photo: Photo }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  const number = (value: number) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
  const exposure = [
    photo.fstop && `ƒ/${number(photo.fstop)}`,
    photo.shutter_speed && `${photo.shutter_speed} s`,
    photo.iso && `ISO ${photo.iso}`,
    photo.focal_length && `${number(photo.focal_length)} mm`,
  ].filter(Boolean);
  const fileName = photo.image_path[0]?.split('/').at(-1) ?? photo.image_hash;
  const size = photo.width && photo.height ? `${photo.width} × ${photo.height}` : null;

  return (
    <dl className={classes.facts} aria-label={t('photo.facts')}>
      <Fact icon={<IconCalendar size={20} />} name={t('photo.taken')}>
        {photo.exif_timestamp ? formatTaken(photo.exif_timestamp, language) : t('timeline.undated')}
      </Fact>
      {photo.people.length > 0 && (
        <Fact icon={<IconUsers size={20} />} name={t('photo.people')}>
          {photo.people.map((person) => person.name).join(', ')}
        </Fact>
      )}
      {photo.search_location && (
        <Fact icon={<IconMapPin size={20} />} name={t('photo.place')}>
          <Anchor component={Link} to={paths.searchFor(photo.search_location)} inherit>
            {photo.search_location}
          </Anchor>
        </Fact>
      )}
      {(photo.camera || exposure.length > 0) && (
        <Fact icon={<IconCamera size={20} />} name={t('photo.camera')}>
          {[photo.camera, photo.lens].filter(Boolean).join(' · ')}
          {exposure.length > 0 && (
            <Text size="sm" c="dimmed">
              {exposure.join(' · ')}
            </Text>
          )}
        </Fact>
      )}
      <Fact icon={<IconFile size={20} />} name={t('photo.file')}>
        <Anchor href={media.original(photo.image_hash)} target="_blank" rel="noreferrer" inherit>
          {fileName}
        </Anchor>
        <Text size="sm" c="dimmed">
          {[size, formatBytes(photo.size, language)].filter(Boolean).join(' · ')}
        </Text>
      </Fact>
    </dl>
  );
}

function Fact({ icon, name, children }: { icon: ReactNode; name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>
        <Text component="span" c="dimmed" aria-hidden>
          {icon}
        </Text>
        <VisuallyHidden>{name}</VisuallyHidden>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
