/** Every address of the UI, as functions. */

/** Where a person looks at photos; previous and next stay inside it. */
export type PhotoSource =
  | { kind: 'timeline'; filter: TimelineFilter }
  | { kind: 'tag'; id: string }
  | { kind: 'search'; text: string };

export type TimelineFilter = 'all' | 'favorites' | 'hidden' | 'trash';

export const adminParts = ['models', 'services', 'users', 'photos', 'server'] as const;
export type AdminPart = (typeof adminParts)[number];

export const paths = {
  timeline: '/',
  favorites: '/favorites',
  hidden: '/hidden',
  trash: '/trash',
  tags: '/tags',
  search: '/search',
  settings: '/settings',
  admin: '/admin',
  jobs: '/jobs',
  blind: '/compare',
  people: '/people',
  signIn: '/login',
  firstRun: '/welcome',
  adminPart: (part: AdminPart) => (part === 'models' ? '/admin' : `/admin/${part}`),
  tag: (id: string | number) => `/tags/${id}`,
  /** A hashtag by its title, as it stands in a caption. */
  tagTitle: (title: string) => `/tags?title=${encodeURIComponent(title)}`,
  /** The list of jobs with one of them marked. */
  job: (jobId: string | null) => (jobId ? `/jobs?job=${encodeURIComponent(jobId)}` : '/jobs'),
  searchFor: (text: string) => `/search?q=${encodeURIComponent(text)}`,
  photo: (hash: string, source: PhotoSource) => `/photo/${hash}${sourceQuery(source)}`,
};

export const media = {
  tile: (hash: string) => `/media/square_thumbnails/${hash}`,
  big: (hash: string) => `/media/thumbnails_big/${hash}`,
  original: (hash: string) => `/media/photos/${hash}`,
  video: (hash: string) => `/media/video/${hash}`,
};

export function readSource(query: URLSearchParams): PhotoSource {
  const tag = query.get('tag');
  if (tag) return { kind: 'tag', id: tag };
  const text = query.get('q');
  if (text) return { kind: 'search', text };
  const filter = query.get('in');
  const known = filter === 'favorites' || filter === 'hidden' || filter === 'trash';
  return { kind: 'timeline', filter: known ? filter : 'all' };
}

export function sourcePath(source: PhotoSource): string {
  if (source.kind === 'tag') return paths.tag(source.id);
  if (source.kind === 'search') return paths.searchFor(source.text);
  return source.filter === 'all' ? paths.timeline : paths[source.filter];
}

function sourceQuery(source: PhotoSource): string {
  if (source.kind === 'tag') return `?tag=${encodeURIComponent(source.id)}`;
  if (source.kind === 'search') return `?q=${encodeURIComponent(source.text)}`;
  return source.filter === 'all' ? '' : `?in=${source.filter}`;
}
