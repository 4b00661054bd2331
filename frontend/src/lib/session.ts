/** Who is signed in: the two tokens, kept in this browser, and what the access token says about the person. */
import { useSyncExternalStore } from 'react';
import { storageName } from './base-path';

export interface Session {
  access: string;
  refresh: string;
}

export interface Claims {
  userId: number;
  name: string;
  isAdmin: boolean;
  /** Seconds since 1970 after which the access token is worth nothing. */
  expiresAt: number;
}

const KEY = storageName('session');
const listeners = new Set<() => void>();
let cached: { text: string | null; session: Session | null } = { text: null, session: null };

export function readSession(): Session | null {
  const text = localStorage.getItem(KEY);
  if (text !== cached.text) cached = { text, session: parseSession(text) };
  return cached.session;
}

export function writeSession(session: Session | null): void {
  if (session) localStorage.setItem(KEY, JSON.stringify(session));
  else localStorage.removeItem(KEY);
  listeners.forEach((listener) => listener());
}

/** What the token says; its signature is the server's business. Null when it cannot be read. */
export function readClaims(token: string): Claims | null {
  try {
    const payload = token.split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) =>
      c.charCodeAt(0),
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return {
      userId: Number(claims.user_id),
      name: typeof claims.name === 'string' ? claims.name : '',
      isAdmin: claims.is_admin === true,
      expiresAt: Number(claims.exp ?? Number.POSITIVE_INFINITY),
    };
  } catch {
    return null;
  }
}

export function useSession(): Session | null {
  return useSyncExternalStore(subscribe, readSession);
}

/** The signed-in person's claims. Null when nobody is signed in. */
export function useClaims(): Claims | null {
  const session = useSession();
  return session ? readClaims(session.access) : null;
}

function subscribe(listener: () => void): () => void {
  // Another tab signing out (or in) changes this one too.
  const onStorage = (event: StorageEvent) => (event.key === KEY || event.key === null) && listener();
  listeners.add(listener);
  window.addEventListener('storage', onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', onStorage);
  };
}

function parseSession(text: string | null): Session | null {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Session> | null;
    return value?.access && value.refresh ? { access: value.access, refresh: value.refresh } : null;
  } catch {
    return null;
  }
}
