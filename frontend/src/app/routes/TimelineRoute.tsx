import { Button, Group, Title, VisuallyHidden } from '@mantine/core';
import { IconEyeOff, IconPhotoPlus, IconStar, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '@/components/EmptyState';
import type { Selection } from '@/components/photo-rows/use-selection';
import { Timeline } from '@/features/timeline/components/Timeline';
import { UploadButton } from '@/features/upload/components/UploadButton';
import { paths, type LibraryPart } from '@/lib/paths';
import { useClaims } from '@/lib/session';
import { useUpload } from '../upload-context';

// Needed only once something is selected.
const SelectionActions = lazy(() => import('@/features/albums/components/SelectionActions'));

function albumActions(selection: Selection) {
  return (
    <Suspense fallback={null}>
      <SelectionActions selection={selection} />
    </Suspense>
  );
}

export default function TimelineRoute({ filter }: { filter: LibraryPart }) {
  const { t } = useTranslation();
  const title = t(`timeline.titles.${filter}`);
  return (
    <>
      {filter === 'all' ? (
        <VisuallyHidden component="h1">{title}</VisuallyHidden>
      ) : (
        <Title order={1} size="h3">
          {title}
        </Title>
      )}
      <Timeline
        filter={filter}
        empty={<Empty filter={filter} />}
        selectionActions={filter === 'trash' ? undefined : albumActions}
      />
    </>
  );
}

function Empty({ filter }: { filter: LibraryPart }) {
  const { t } = useTranslation();
  const upload = useUpload();
  const isAdmin = useClaims()?.isAdmin ?? false;
  const icons = { all: IconPhotoPlus, favorites: IconStar, hidden: IconEyeOff, trash: IconTrash };
  const EmptyIcon = icons[filter];
  return (
    <EmptyState
      icon={<EmptyIcon size={52} />}
      title={t(`timeline.empty.${filter}.title`)}
      hint={t(`timeline.empty.${filter}.hint`)}
    >
      {filter === 'all' && (
        <Group justify="center" mt="sm">
          <UploadButton onFiles={upload} size="md" />
          {isAdmin && (
            <Button component={Link} to={paths.admin} size="md" variant="default">
              {t('timeline.scanFolder')}
            </Button>
          )}
        </Group>
      )}
    </EmptyState>
  );
}
