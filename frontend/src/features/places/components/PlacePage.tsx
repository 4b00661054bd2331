import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AlbumHead } from '@/components/AlbumHead';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { ApiError } from '@/lib/api-error';
import type { PlaceAlbum } from '@/lib/api-types';
import { paths } from '@/lib/paths';
import { usePlaces } from '../api/get-places';
import { isCountry } from '../by-country';

/** The photos of one place; `timeline` shows them. */
export function PlacePage({ id, timeline }: { id: string; timeline: ReactNode }) {
  const { t } = useTranslation();
  const places = usePlaces();
  const place = places.data?.find((one) => String(one.id) === id);
  if (places.isPending || (!place && places.isFetching)) return <PageLoader />;
  if (!places.data) return <ErrorNotice error={places.error} onRetry={() => void places.refetch()} />;
  if (!place) return <ErrorNotice error={new ApiError(404, {})} />;
  return (
    <>
      <AlbumHead
        back={{ to: paths.places, label: t('places.all') }}
        title={place.title}
        hint={whereabouts(place)}
        count={place.photo_count}
      />
      {timeline}
    </>
  );
}

/** "Bavaria, Germany" of Munich; nothing of a country. */
function whereabouts(place: PlaceAlbum): string | undefined {
  if (isCountry(place)) return undefined;
  return [place.region, place.country].filter((name) => name && name !== place.title).join(', ') || undefined;
}
