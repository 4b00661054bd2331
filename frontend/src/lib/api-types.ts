/**
 * Shapes of the API as far as this UI reads them. `api-schema.d.ts` is generated from docs/openapi.yaml (`make schema`);
 * what stands here in full is what the schema leaves open.
 */
import type { components } from './api-schema';

type Schemas = components['schemas'];

export interface Results<T> {
  results: T;
}

export interface Paged<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

export interface SimpleUser {
  id: number;
  username: string;
  first_name: string;
  last_name: string;
}

/** How a person wants captions drafted; whatever else is in it is sent back as it came. */
export interface DraftWishes {
  enabled: boolean;
  add_person: boolean;
  add_location: boolean;
  add_date: boolean;
  add_keywords: boolean;
  add_text: boolean;
  granularity: string;
  style: string;
  length: string;
  tone: string;
  /** Empty: the captioner's. */
  language: string;
  /** 0 to 1. */
  creativity: number;
  want_keywords: boolean;
  want_hashtags: boolean;
  [other: string]: unknown;
}

export interface User extends SimpleUser {
  llm_settings: DraftWishes;
  save_metadata_to_disk: 'OFF' | 'SIDECAR_FILE' | 'MEDIA_FILE';
  draft_at_night?: boolean;
  email: string;
  favorite_min_rating: number;
  photo_count: number;
  scan_directory?: string | null;
  is_superuser?: boolean;
  [other: string]: unknown;
}

export type MediaType = 'image' | 'video' | 'motion_photo';

export interface GridPhoto {
  id: string;
  url: string;
  /** Width / height; missing or null while the server still reads the file. */
  aspectRatio: number | null;
  dominantColor?: string;
  location?: string;
  date?: string | null;
  type?: MediaType;
  video_length?: string;
  /** The current caption, where the server sends it along. */
  caption?: string;
  rating?: number;
}

export interface PhotoGroup {
  date: string | null;
  location: string | null;
  items: GridPhoto[];
}

export interface Day extends PhotoGroup {
  id: string;
  incomplete: boolean;
  numberOfItems: number;
}

export interface Photo {
  image_hash: string;
  image_path: string[];
  captions_json: { user_caption?: string | null; im2txt?: string | null };
  people: { name: string; face_url: string | null; face_id: number; person_id: number }[];
  place: AlbumRef | null;
  hashtags: AlbumRef[];
  albums: AlbumRef[];
  owner: SimpleUser;
  rating: number;
  size: number;
  hidden: boolean;
  public: boolean;
  in_trashcan: boolean;
  removed: boolean;
  video: boolean;
  exif_timestamp: string | null;
  search_location: string | null;
  exif_gps_lat: number | null;
  exif_gps_lon: number | null;
  /** Why it cannot be shown; usually empty. */
  problem: string;
  camera: string | null;
  lens: string | null;
  fstop: number | null;
  shutter_speed: string | null;
  iso: number | null;
  focal_length: number | null;
  height: number | null;
  width: number | null;
}

export interface PhotoSummary {
  photo_summary: GridPhoto;
  album_date_id: string | number | null;
  processing: boolean;
}

export interface UpdateResult {
  status: boolean;
  updated: Photo[];
  not_updated: Photo[];
}

export type CaptionState = Schemas['CaptionStateEnum'];

/** `author`: the person who wrote it; null for a model's draft. `verdict`: what the guard found in a rewritten one. */
export type Caption = Omit<Schemas['Caption'], 'scores' | 'text' | 'state'> & {
  text: string;
  state: CaptionState;
  scores?: { log_probability?: number | null; clip?: number | null };
};

export type RewriteOutcome = Omit<Schemas['RewriteOutcome'], 'caption'> & { caption: Caption | null };

export interface CaptionLedger {
  results: Caption[];
  current: Caption | null;
}

export type ExplainedWord = Schemas['AttentionWord'];

export type Explanation = Schemas['CaptionAttention'];

export type PersonEntry = Schemas['Person'];

export interface TagAlbum {
  id: number;
  title: string;
  cover_photos: { image_hash: string; video: boolean }[];
  photo_count: number;
  thing_type: string;
}

export type AlbumRef = Schemas['AlbumRef'];

/** An album that a person has put together; an empty one has no cover. */
export type Album = Schemas['UserAlbum'];

export type EditedAlbum = Schemas['UserAlbumEdited'];

export type PlaceAlbum = Schemas['PlaceAlbum'];

export type Suggestion = Schemas['Suggestion'];

export interface SiteSettings {
  allow_registration: boolean;
  allow_upload: boolean;
  captioning_model: string;
  llm_model: string;
  clip_model: string;
  ocr_model: string;
  night_start?: string;
  night_end?: string;
  /** Names of settings that the server's environment fixes. */
  locked?: string[];
  [other: string]: unknown;
}

export type Job = Schemas['Job'];

export type ModelTask = 'caption' | 'llm' | 'clip' | 'ocr';
export type ModelSetting = 'captioning_model' | 'llm_model' | 'clip_model' | 'ocr_model';

export type Quality = Schemas['Quality'];

export type ModelEntry = Schemas['Model'];

export type ModelCost = Schemas['ModelCost'];

export type Machine = Schemas['Machine'];

export type ModelCosts = Schemas['ModelCostList'];

export type BlindComparison = Schemas['Blind'];

export type CaptionStats = Schemas['CaptionStats'];

export type Reception = Schemas['Reception'];

export type Ratings = Schemas['Ratings'];

export type Storage = Schemas['Storage'];

export type ImageTag = Schemas['ImageTag'];

export type Reason = Schemas['Reason'];

export interface ServiceEntry {
  name: string;
  task: ModelTask;
  state: 'absent' | 'unreachable' | 'idle' | 'loading' | 'ready' | 'failed';
  /** The service's own answer; null when it cannot be reached. */
  health: {
    state: 'absent' | 'idle' | 'loading' | 'ready' | 'failed';
    model?: string | null;
    device?: string | null;
    why?: string | null;
    rss_bytes?: number | null;
    vram_bytes?: number | null;
    last_used_at?: string | null;
    queue_length?: number;
    reason_not_cuda?: Reason | null;
  } | null;
  why: string;
  /** The same, to be said in other languages; null where the service gave no code. */
  reason: Reason | null;
}
