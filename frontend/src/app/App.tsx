import { lazy, Suspense, type ReactNode } from 'react';
import { Route, Routes, useLocation, type Location } from 'react-router';
import { PageLoader } from '@/components/PageLoader';
import { screens, type ShellScreen } from '@/lib/screens';
import { ErrorBoundary } from './ErrorBoundary';
import { RequireSession } from './RequireSession';

const Shell = lazy(() => import('./Shell'));
const SignInPage = lazy(() => import('@/features/auth/components/SignInPage'));
const FirstRunPage = lazy(() => import('@/features/auth/components/FirstRunPage'));
const TimelineRoute = lazy(() => import('./routes/TimelineRoute'));
const PhotoRoute = lazy(() => import('./routes/PhotoRoute'));
const TagsPage = lazy(() => import('@/features/tags/components/TagsPage'));
const AlbumsPage = lazy(() => import('@/features/albums/components/AlbumsPage'));
const PlacesPage = lazy(() => import('@/features/places/components/PlacesPage'));
const AlbumRoute = lazy(() => import('./routes/AlbumRoute'));
const SearchPage = lazy(() => import('@/features/search/components/SearchPage'));
const SettingsPage = lazy(() => import('@/features/settings/components/SettingsPage'));
const AdminPage = lazy(() => import('@/features/admin/components/AdminPage'));
const JobsPage = lazy(() => import('@/features/admin/components/JobsPage'));
const BlindPage = lazy(() => import('@/features/blind/components/BlindPage'));
const PeoplePage = lazy(() => import('@/features/people/components/PeoplePage'));
const NotFoundRoute = lazy(() => import('./routes/NotFoundRoute'));

/** What each screen shows: one that is added to `screens` does not compile without its page. */
const pages: Record<ShellScreen, ReactNode> = {
  timeline: <TimelineRoute key="all" filter="all" />,
  favorites: <TimelineRoute key="favorites" filter="favorites" />,
  hidden: <TimelineRoute key="hidden" filter="hidden" />,
  trash: <TimelineRoute key="trash" filter="trash" />,
  albums: <AlbumsPage />,
  places: <PlacesPage />,
  tags: <TagsPage />,
  people: <PeoplePage />,
  search: <SearchPage />,
  settings: <SettingsPage />,
  jobs: <JobsPage />,
  blind: <BlindPage />,
  admin: <AdminPage />,
  adminPart: <AdminPage />,
  album: <AlbumRoute key="album" kind="album" />,
  place: <AlbumRoute key="place" kind="place" />,
  person: <AlbumRoute key="person" kind="person" />,
  tag: <AlbumRoute key="tag" kind="tag" />,
  notFound: <NotFoundRoute />,
};

/** A photo opened from a list lies over that list, which so keeps its place; by its address alone it stands alone. */
export function App() {
  const location = useLocation();
  const background = (location.state as { background?: Location } | null)?.background;
  return (
    <ErrorBoundary key={location.pathname}>
      <Suspense fallback={<PageLoader />}>
        <Routes location={background ?? location}>
          <Route path={screens.signIn} element={<SignInPage />} />
          <Route path={screens.firstRun} element={<FirstRunPage />} />
          <Route element={<RequireSession />}>
            <Route path={screens.photo} element={<PhotoRoute />} />
            <Route element={<Shell covered={background !== undefined} />}>
              {Object.entries(pages).map(([name, page]) => (
                <Route key={name} path={screens[name as ShellScreen]} element={page} />
              ))}
            </Route>
          </Route>
        </Routes>
      </Suspense>
      {background && (
        <Suspense fallback={null}>
          <Routes>
            <Route element={<RequireSession />}>
              <Route path={screens.photo} element={<PhotoRoute />} />
            </Route>
            <Route path="*" element={null} />
          </Routes>
        </Suspense>
      )}
    </ErrorBoundary>
  );
}
