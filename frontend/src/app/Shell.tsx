import { ActionIcon, Group, Text } from '@mantine/core';
import {
  IconDots,
  IconEyeOff,
  IconHash,
  IconLibraryPhoto,
  IconMapPin,
  IconPhoto,
  IconProgress,
  IconScale,
  IconSearch,
  IconSettings,
  IconStar,
  IconTrash,
  IconTool,
  IconUsers,
  type Icon,
} from '@tabler/icons-react';
import { lazy, Suspense, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { useSiteSettings } from '@/api/get-site-settings';
import { PageLoader } from '@/components/PageLoader';
import { DropArea } from '@/features/upload/components/DropArea';
import { UploadButton } from '@/features/upload/components/UploadButton';
import { useUploadQueue } from '@/features/upload/use-upload-queue';
import { UploadContext } from './upload-context';
import { onServer } from '@/lib/base-path';
import { paths } from '@/lib/paths';
import { useClaims } from '@/lib/session';
import { usePageTitle } from '@/lib/use-page-title';
import classes from './Shell.module.css';

interface Entry {
  to: string;
  label: string;
  icon: Icon;
}

// Only for those who upload; the first screen does without.
const UploadPanel = lazy(() => import('@/features/upload/components/UploadPanel'));

/** What surrounds every page: where one is, where one can go, and the upload. `covered`: a photo lies over it. */
export default function Shell({ covered }: { covered: boolean }) {
  const { t } = useTranslation();
  const queue = useUploadQueue();
  const mayUpload = useSiteSettings().data?.allow_upload ?? true;
  const { main, library, rest } = useEntries();
  const more = [...library, ...rest];
  const moreId = useId();
  const { pathname } = useLocation();
  const here = [...more, ...main].find(({ to }) => to !== paths.timeline && pathname.startsWith(to));
  usePageTitle(here?.label ?? (pathname.startsWith(paths.search) ? t('nav.search') : ''));

  return (
    <UploadContext value={queue.add}>
      <div inert={covered}>
        <a href="#main" className="skip-link">
          {t('nav.skip')}
        </a>
        <header className={classes.header}>
          <Group
            gap="xs"
            wrap="nowrap"
            component={Link}
            {...{ to: paths.timeline }}
            className={classes.brand}
            aria-label={t('app.name')}
          >
            <img src={onServer('/favicon.svg')} alt="" width={30} height={30} />
            <Text component="span" fw={700} visibleFrom="xs">
              {t('app.name')}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ActionIcon
              component={Link}
              to={paths.search}
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('nav.search')}
            >
              <IconSearch size={22} aria-hidden />
            </ActionIcon>
            {mayUpload && <UploadButton onFiles={queue.add} />}
          </Group>
        </header>
        <nav className={classes.nav} aria-label={t('nav.main')}>
          {main.map((entry) => (
            <NavEntry key={entry.to} entry={entry} />
          ))}
          {[library, rest].map((entries) => (
            <div key={entries[0]?.to} className={classes.onlyWide}>
              {entries.map((entry) => (
                <NavEntry key={entry.to} entry={entry} />
              ))}
            </div>
          ))}
          <div className={classes.onlyNarrow}>
            <button type="button" popoverTarget={moreId} className={classes.entry}>
              <IconDots size={22} aria-hidden />
              {t('nav.more')}
            </button>
            {/* The browser's own popover: closes on Esc, on a tap beside it, and with the page. */}
            <div id={moreId} popover="auto" className={classes.more} key={pathname}>
              {more.map((entry) => (
                <NavEntry key={entry.to} entry={entry} />
              ))}
            </div>
          </div>
        </nav>
        <main id="main" tabIndex={-1} className={classes.main}>
          <Suspense fallback={<PageLoader />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      {mayUpload && !covered && <DropArea onFiles={queue.add} />}
      {!covered && queue.items.length > 0 && (
        <Suspense fallback={null}>
          <UploadPanel queue={queue} />
        </Suspense>
      )}
    </UploadContext>
  );
}

function NavEntry({ entry: { to, label, icon: EntryIcon } }: { entry: Entry }) {
  return (
    <NavLink to={to} end={to === paths.timeline} className={classes.entry}>
      <EntryIcon size={22} aria-hidden />
      {label}
    </NavLink>
  );
}

/** `main` is always to be seen; on a phone the others lie behind “More”. */
function useEntries(): { main: Entry[]; library: Entry[]; rest: Entry[] } {
  const { t } = useTranslation();
  const isAdmin = useClaims()?.isAdmin ?? false;
  const main = [
    { to: paths.timeline, label: t('nav.photos'), icon: IconPhoto },
    { to: paths.albums, label: t('nav.albums'), icon: IconLibraryPhoto },
    { to: paths.tags, label: t('nav.tags'), icon: IconHash },
    { to: paths.favorites, label: t('nav.favorites'), icon: IconStar },
  ];
  const library = [
    { to: paths.people, label: t('nav.people'), icon: IconUsers },
    { to: paths.places, label: t('nav.places'), icon: IconMapPin },
  ];
  const rest = [
    { to: paths.hidden, label: t('nav.hidden'), icon: IconEyeOff },
    { to: paths.trash, label: t('nav.trash'), icon: IconTrash },
    { to: paths.jobs, label: t('nav.jobs'), icon: IconProgress },
    { to: paths.blind, label: t('nav.blind'), icon: IconScale },
    { to: paths.settings, label: t('nav.settings'), icon: IconSettings },
    ...(isAdmin ? [{ to: paths.admin, label: t('nav.admin'), icon: IconTool }] : []),
  ];
  return { main, library, rest };
}
