/** Shapes of the API as far as this UI reads them. */

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
  people: { name: string; face_url: string | null; face_id: number }[];
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

export type CaptionState = 'draft' | 'accepted' | 'merged' | 'refused' | 'superseded' | 'held_back';

export interface Caption {
  id: number;
  text: string;
  state: CaptionState;
  /** The person who wrote it; null for a model's draft. */
  author: SimpleUser | null;
  model: { id: string; label: string; revision: string } | null;
  /** The language model that said it differently; null for all others. */
  rewriter?: { id: string; label: string; revision: string } | null;
  rewritten_from?: number | null;
  /** What the guard found in a rewritten sentence. */
  verdict?: { state: 'ok' | 'held_back'; reason: string | null; evidence: string[] } | null;
  keywords?: string[];
  device?: string;
  language?: string;
  style?: string;
  scores?: { log_probability?: number | null; clip?: number | null };
  rating: number | null;
  created_at: string;
  decided_at: string | null;
  merged_from: number | null;
}

export interface RewriteOutcome {
  /** In all but `ok` the drafts are those that rules made. */
  state: 'off' | 'ok' | 'held_back' | 'unavailable';
  code: string;
  detail: string;
  /** What was held back. */
  caption: Caption | null;
}

export interface CaptionLedger {
  results: Caption[];
  current: Caption | null;
}

export interface ExplainedWord {
  text: string;
  /** The model's own, 0 to 1. */
  probability: number | null;
  /** Rows of weights over the whole picture; their sum is 1. */
  attention: number[][];
}

export interface Explanation {
  /** What the model said. */
  text: string;
  /** False when names or a place were put into the draft later. */
  exact: boolean;
  words: ExplainedWord[];
}

export interface PersonEntry {
  id: number;
  name: string;
  face_url: string | null;
  face_count: number;
  face_photo_url: string | null;
}

export interface TagAlbum {
  id: number;
  title: string;
  cover_photos: { image_hash: string; video: boolean }[];
  photo_count: number;
  thing_type: string;
}

export interface TagAlbumDetail {
  id: string;
  title: string;
  grouped_photos: PhotoGroup[];
}

export interface SiteSettings {
  allow_registration: boolean;
  allow_upload: boolean;
  captioning_model: string;
  llm_model: string;
  clip_model: string;
  night_start?: string;
  night_end?: string;
  /** Names of settings that the server's environment fixes. */
  locked?: string[];
  [other: string]: unknown;
}

export interface Job {
  id: number;
  job_id: string;
  queued_at: string;
  started_at: string | null;
  finished_at: string | null;
  finished: boolean;
  failed: boolean;
  job_type: number;
  job_type_str: string;
  started_by: SimpleUser;
  progress_current?: number;
  progress_target?: number;
  /** One sentence when it failed. */
  error?: string | null;
  state?: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  result?: Record<string, unknown>;
}

export type ModelTask = 'caption' | 'llm' | 'clip';
export type ModelSetting = 'captioning_model' | 'llm_model' | 'clip_model';

export interface Quality {
  dataset?: string;
  metric?: string;
  value?: number;
  source?: string;
}

export interface ModelEntry {
  id: string;
  task: ModelTask;
  service: string;
  label: string;
  description: string;
  licence: string;
  source: string;
  ram_bytes: number;
  vram_bytes: number;
  languages: string[];
  quality: Quality;
  bundled: boolean;
  recommended: boolean;
  /** False: listed, but this version cannot run it yet. */
  available: boolean;
  active: boolean;
  state: 'bundled' | 'installed' | 'downloading' | 'missing';
  outdated: boolean;
  installed_bytes: number;
  /** Null when only the source knows. */
  download_bytes: number | null;
  percentage: number | null;
  job_id: string | null;
  /** Why the last download failed; empty otherwise. */
  error: string;
}

export interface ModelCost {
  id: string;
  setting: ModelSetting;
  label: string;
  ram_bytes: number;
  download_bytes: number | null;
  disk_bytes: number | null;
  installed: boolean;
  warnings: { code: 'memory_budget' | 'ram' | 'vram' | 'disk'; detail: string }[];
  warning: string;
}

export interface Machine {
  ram_bytes: number;
  ram_free_bytes: number;
  memory_budget_bytes: number;
  gpu: string;
  vram_bytes: number;
  vram_free_bytes: number;
  disk_free_bytes: number;
}

export interface ModelCosts {
  machine: Machine;
  results: ModelCost[];
}

export interface Storage {
  used_storage: number;
  total_storage: number;
  free_storage: number;
}

export interface ImageTag {
  image_tag: string;
  git_hash: string;
}

export interface ServiceEntry {
  name: string;
  task: string;
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
  } | null;
  why: string;
}
