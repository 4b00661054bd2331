import { lazy, Suspense } from 'react';
import { Route, Routes, useLocation, type Location } from 'react-router';
import { PageLoader } from '@/components/PageLoader';
import { paths } from '@/lib/paths';
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

/** A photo opened from a list lies over that list, which so keeps its place; by its address alone it stands alone. */
export function App() {
  const location = useLocation();
  const background = (location.state as { background?: Location } | null)?.background;
  return (
    <ErrorBoundary key={location.pathname}>
      <Suspense fallback={<PageLoader />}>
        <Routes location={background ?? location}>
          <Route path={paths.signIn} element={<SignInPage />} />
          <Route path={paths.firstRun} element={<FirstRunPage />} />
          <Route element={<RequireSession />}>
            <Route path="/photo/:hash" element={<PhotoRoute />} />
            <Route element={<Shell covered={background !== undefined} />}>
              <Route path={paths.timeline} element={<TimelineRoute key="all" filter="all" />} />
              <Route path={paths.favorites} element={<TimelineRoute key="favorites" filter="favorites" />} />
              <Route path={paths.hidden} element={<TimelineRoute key="hidden" filter="hidden" />} />
              <Route path={paths.trash} element={<TimelineRoute key="trash" filter="trash" />} />
              <Route path={paths.tags} element={<TagsPage />} />
              <Route path="/tags/:id" element={<AlbumRoute key="tag" kind="tag" />} />
              <Route path={paths.albums} element={<AlbumsPage />} />
              <Route path="/albums/:id" element={<AlbumRoute key="album" kind="album" />} />
              <Route path={paths.places} element={<PlacesPage />} />
              <Route path="/places/:id" element={<AlbumRoute key="place" kind="place" />} />
              <Route path="/people/:id" element={<AlbumRoute key="person" kind="person" />} />
              <Route path={paths.search} element={<SearchPage />} />
              <Route path={paths.settings} element={<SettingsPage />} />
              <Route path="/admin/:part?" element={<AdminPage />} />
              <Route path={paths.jobs} element={<JobsPage />} />
              <Route path={paths.blind} element={<BlindPage />} />
              <Route path={paths.people} element={<PeoplePage />} />
              <Route path="*" element={<NotFoundRoute />} />
            </Route>
          </Route>
        </Routes>
      </Suspense>
      {background && (
        <Suspense fallback={null}>
          <Routes>
            <Route element={<RequireSession />}>
              <Route path="/photo/:hash" element={<PhotoRoute />} />
            </Route>
            <Route path="*" element={null} />
          </Routes>
        </Suspense>
      )}
    </ErrorBoundary>
  );
}
