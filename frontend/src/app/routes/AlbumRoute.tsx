import { lazy, Suspense, type ReactNode } from 'react';
import { useParams } from 'react-router';
import type { Selection } from '@/components/photo-rows/use-selection';
import { AlbumPage } from '@/features/albums/components/AlbumPage';
import { PersonPage } from '@/features/people/components/PersonPage';
import { PlacePage } from '@/features/places/components/PlacePage';
import { TagPage } from '@/features/tags/components/TagPage';
import { Timeline } from '@/features/timeline/components/Timeline';
import type { AlbumKind } from '@/lib/paths';

const SelectionActions = lazy(() => import('@/features/albums/components/SelectionActions'));

const PAGES: Record<AlbumKind, (props: { id: string; timeline: ReactNode }) => ReactNode> = {
  album: AlbumPage,
  place: PlacePage,
  person: PersonPage,
  tag: TagPage,
};

/** The address of one album of any kind: its head, and its photos as a timeline. */
export default function AlbumRoute({ kind }: { kind: AlbumKind }) {
  const { id = '' } = useParams();
  const Page = PAGES[kind];
  const albumId = kind === 'album' ? Number(id) : null;
  const actions = (selection: Selection) => (
    <Suspense fallback={null}>
      <SelectionActions selection={selection} albumId={albumId} />
    </Suspense>
  );
  return (
    <Page
      id={id}
      timeline={<Timeline key={id} filter={`${kind}/${id}`} empty={null} selectionActions={actions} />}
    />
  );
}
