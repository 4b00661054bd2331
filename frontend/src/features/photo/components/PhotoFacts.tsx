import { Anchor, Text, VisuallyHidden } from '@mantine/core';
import {
  IconCalendar,
  IconCamera,
  IconFile,
  IconHash,
  IconLibraryPhoto,
  IconMapPin,
  IconUsers,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Photo } from '@/lib/api-types';
import { formatBytes, formatTaken } from '@/lib/dates';
import { tagName } from '@/lib/hashtags';
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

  const place = placeEntry(photo);

  return (
    <dl className={classes.facts} aria-label={t('photo.facts')}>
      <Fact icon={<IconCalendar size={20} />} name={t('photo.taken')}>
        {photo.exif_timestamp ? formatTaken(photo.exif_timestamp, language) : t('timeline.undated')}
      </Fact>
      {photo.people.length > 0 && (
        <Fact icon={<IconUsers size={20} />} name={t('photo.people')}>
          <Links
            entries={photo.people.map((person) => ({
              key: person.face_id,
              to: paths.person(person.person_id),
              text: person.name,
            }))}
          />
        </Fact>
      )}
      {place && (
        <Fact icon={<IconMapPin size={20} />} name={t('photo.place')}>
          <Links entries={[place]} />
        </Fact>
      )}
      {photo.hashtags.length > 0 && (
        <Fact icon={<IconHash size={20} />} name={t('photo.tags')}>
          <Links
            entries={photo.hashtags.map(({ id, title }) => ({
              key: id,
              to: paths.tag(id),
              text: tagName(title),
            }))}
          />
        </Fact>
      )}
      {photo.albums.length > 0 && (
        <Fact icon={<IconLibraryPhoto size={20} />} name={t('photo.albums')}>
          <Links
            entries={photo.albums.map(({ id, title }) => ({ key: id, to: paths.album(id), text: title }))}
          />
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

interface Entry {
  key: string | number;
  to: string;
  text: string;
}

/** Where the photo was taken leads to that place; a name that came from elsewhere can only be searched for. */
function placeEntry(photo: Photo): Entry | null {
  if (photo.place) return { key: photo.place.id, to: paths.place(photo.place.id), text: photo.place.title };
  const name = photo.search_location;
  return name ? { key: name, to: paths.searchFor(name), text: name } : null;
}

function Links({ entries }: { entries: Entry[] }) {
  return entries.map(({ key, to, text }, index) => (
    <span key={key}>
      {index > 0 && ', '}
      <Anchor component={Link} to={to} inherit>
        <bdi>{text}</bdi>
      </Anchor>
    </span>
  ));
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
