/** Every screen by name, and the address the router finds it at. The browser tests visit each of them. */
export const screens = {
  signIn: '/login',
  firstRun: '/welcome',
  timeline: '/',
  favorites: '/favorites',
  hidden: '/hidden',
  trash: '/trash',
  albums: '/albums',
  places: '/places',
  tags: '/tags',
  people: '/people',
  search: '/search',
  settings: '/settings',
  jobs: '/jobs',
  blind: '/compare',
  admin: '/admin',
  adminPart: '/admin/:part',
  album: '/albums/:id',
  place: '/places/:id',
  person: '/people/:id',
  tag: '/tags/:id',
  photo: '/photo/:hash',
  notFound: '*',
} as const;

export type Screen = keyof typeof screens;

/** Those in which the shell stands around the page: navigation, upload. */
export type ShellScreen = Exclude<Screen, 'signIn' | 'firstRun' | 'photo'>;

/** What `adminPart` may be; the first of them is at `admin`. */
export const adminParts = ['models', 'services', 'users', 'photos', 'server'] as const;
export type AdminPart = (typeof adminParts)[number];
