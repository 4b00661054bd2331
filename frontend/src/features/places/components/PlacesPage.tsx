import { Anchor, Text, Title } from '@mantine/core';
import { IconMapPin } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { AlbumGrid } from '@/components/AlbumGrid';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import type { PlaceAlbum } from '@/lib/api-types';
import { paths } from '@/lib/paths';
import { usePlaces } from '../api/get-places';
import { byCountry, regionHint, type Country } from '../by-country';

/** Where photos were taken, country by country. */
export default function PlacesPage() {
  const { t } = useTranslation();
  const places = usePlaces();
  if (places.isPending) return <PageLoader />;
  if (!places.data) return <ErrorNotice error={places.error} onRetry={() => void places.refetch()} />;
  return (
    <>
      <Title order={1} size="h3" mb="md">
        {t('places.title')}
      </Title>
      {places.data.length === 0 ? (
        <EmptyState
          icon={<IconMapPin size={48} />}
          title={t('places.emptyTitle')}
          hint={t('places.emptyHint')}
        />
      ) : (
        byCountry(places.data).map((one) => <CountrySection key={one.country.id} {...one} />)
      )}
    </>
  );
}

function CountrySection({ country, places }: Country) {
  const { t } = useTranslation();
  const shown = places.length ? places : [country];
  return (
    <section aria-label={country.title} style={{ marginBlockEnd: 28 }}>
      <Title order={2} size="h4" mb="sm">
        <Anchor component={Link} to={paths.place(country.id)} inherit>
          {country.title}
        </Anchor>{' '}
        <Text component="span" size="sm" c="dimmed" fw={400}>
          {t('common.photos', { count: country.photo_count })}
        </Text>
      </Title>
      <AlbumGrid label={country.title} albums={shown.map((place) => card(place, places))} />
    </section>
  );
}

function card(place: PlaceAlbum, others: PlaceAlbum[]) {
  return {
    id: place.id,
    to: paths.place(place.id),
    title: place.title,
    hint: regionHint(place, others),
    count: place.photo_count,
    cover: place.cover_photos[0]?.image_hash,
  };
}
