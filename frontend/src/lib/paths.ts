/** Every address of the UI: of a screen as it is, or as a function where something is to be put into it. */
import { onServer } from './base-path';
import { screens, type AdminPart } from './screens';

/** Where a person looks at photos; previous and next stay inside it. */
export type PhotoSource = { kind: 'timeline'; filter: TimelineFilter } | { kind: 'search'; text: string };

export type LibraryPart = 'all' | 'favorites' | 'hidden' | 'trash';
export const albumKinds = ['album', 'place', 'person', 'tag'] as const;
export type AlbumKind = (typeof albumKinds)[number];

/** What a timeline shows: a part of the library, or one album of some kind, as "album/5". */
export type TimelineFilter = LibraryPart | `${AlbumKind}/${string}`;

export const paths = {
  ...screens,
  adminPart: (part: AdminPart) => (part === 'models' ? screens.admin : `${screens.admin}/${part}`),
  album: (id: string | number) => `/albums/${id}`,
  place: (id: string | number) => `/places/${id}`,
  person: (id: string | number) => `/people/${id}`,
  tag: (id: string | number) => `/tags/${id}`,
  /** A hashtag by its title, as it stands in a caption. */
  tagTitle: (title: string) => `/tags?title=${encodeURIComponent(title)}`,
  /** The list of jobs with one of them marked. */
  job: (jobId: string | null) => (jobId ? `/jobs?job=${encodeURIComponent(jobId)}` : '/jobs'),
  searchFor: (text: string) => `/search?q=${encodeURIComponent(text)}`,
  photo: (hash: string, source: PhotoSource) => `/photo/${hash}${sourceQuery(source)}`,
};

export const media = {
  tile: (hash: string) => onServer(`/media/square_thumbnails/${hash}`),
  big: (hash: string) => onServer(`/media/thumbnails_big/${hash}`),
  original: (hash: string) => onServer(`/media/photos/${hash}`),
  video: (hash: string) => onServer(`/media/video/${hash}`),
};

export function readSource(query: URLSearchParams): PhotoSource {
  const text = query.get('q');
  if (text) return { kind: 'search', text };
  const filter = query.get('in') ?? '';
  return { kind: 'timeline', filter: isFilter(filter) ? filter : 'all' };
}

export function sourcePath(source: PhotoSource): string {
  if (source.kind === 'search') return paths.searchFor(source.text);
  const album = albumOf(source.filter);
  if (album) return paths[album.kind](album.id);
  return source.filter === 'all' ? paths.timeline : paths[source.filter as Exclude<LibraryPart, 'all'>];
}

/** The album that a timeline shows; null for a part of the library. */
export function albumOf(filter: TimelineFilter): { kind: AlbumKind; id: string } | null {
  const match = /^([a-z]+)\/(\d+)$/.exec(filter);
  const kind = albumKinds.find((one) => one === match?.[1]);
  return kind && match?.[2] ? { kind, id: match[2] } : null;
}

function isFilter(text: string): text is TimelineFilter {
  return ['favorites', 'hidden', 'trash'].includes(text) || albumOf(text as TimelineFilter) !== null;
}

function sourceQuery(source: PhotoSource): string {
  if (source.kind === 'search') return `?q=${encodeURIComponent(source.text)}`;
  return source.filter === 'all' ? '' : `?in=${source.filter}`;
}
