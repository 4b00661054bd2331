import { Navigate, Outlet, useLocation } from 'react-router';
import { paths } from '@/lib/paths';
import { useSession } from '@/lib/session';

/** Everything inside is for people who are signed in; others sign in first and come back. */
export function RequireSession() {
  const session = useSession();
  const location = useLocation();
  if (session) return <Outlet />;
  return <Navigate to={paths.signIn} replace state={{ from: location.pathname + location.search }} />;
}
