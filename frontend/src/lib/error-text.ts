import { useTranslation } from 'react-i18next';
import type en from '../locales/en.json';
import { ApiError } from './api-error';

const KNOWN: Record<string, keyof (typeof en)['errors']> = {
  network: 'network',
  not_authenticated: 'signedOut',
  token_not_valid: 'signedOut',
  permission_denied: 'notAllowed',
  forbidden: 'notAllowed',
  not_found: 'notFound',
  throttled: 'throttled',
  too_large: 'tooLarge',
  server_error: 'server',
  not_json: 'server',
  captioning_off: 'captionsOff',
  service_unavailable: 'serviceUnavailable',
  service_busy: 'serviceBusy',
  model_missing: 'modelMissing',
  llm_off: 'llmOff',
  attention_unsupported: 'attentionUnsupported',
  draft_not_found_again: 'draftGone',
  unsupported_file: 'notAPicture',
  upload_off: 'uploadOff',
  upload_expired: 'uploadExpired',
  disk_full: 'diskFull',
  photo_processing: 'photoProcessing',
  photo_is_video: 'photoIsVideo',
  service_down: 'serviceUnavailable',
  service_timeout: 'serviceUnavailable',
  memory_busy: 'memoryBusy',
  memory_budget: 'memoryBudget',
  model_unavailable: 'modelUnavailable',
  model_in_use: 'modelInUse',
  job_running: 'jobRunning',
  no_scan_directory: 'noScanDirectory',
  scan_root_empty: 'scanRootEmpty',
  username_taken: 'usernameTaken',
  is_administrator: 'isAdministrator',
  no_words: 'noWords',
  caption_in_use: 'captionInUse',
  photo_broken: 'photoBroken',
  photo_removed: 'photoRemoved',
  file_missing: 'fileMissing',
  not_a_draft: 'notADraft',
  job_ended: 'jobEnded',
  model_bundled: 'modelBundled',
  model_busy: 'modelBusy',
  no_download: 'noDownload',
  conversion_unavailable: 'conversionUnavailable',
  conversion_failed: 'conversionFailed',
  scan_root_missing: 'scanRootMissing',
  folder_outside: 'folderOutside',
  locked: 'settingLocked',
  wrong_offset: 'uploadBroken',
  wrong_length: 'uploadBroken',
  md5_mismatch: 'uploadBroken',
  upload_completed: 'uploadBroken',
  in_use: 'accountInUse',
  registration_closed: 'registrationClosed',
  session_ended: 'signedOut',
  service_absent: 'modelMissing',
  service_failed: 'serviceFailed',
  service_broken: 'serviceBroken',
  service_deadline: 'serviceUnavailable',
  service_bad_image: 'pictureUnreadable',
  service_too_large: 'pictureUnreadable',
  service_context_overflow: 'tooLongForModel',
  captions_unchanged: 'captionsUnchanged',
  download_failed: 'downloadFailed',
  wrong_content: 'wrongContent',
  unverifiable: 'wrongContent',
  unsafe_archive: 'unsafeFiles',
  unsafe_pickle: 'unsafeFiles',
};

/** What an error of this code means, as a key of `errors`; undefined where we have no words of our own. */
export function knownError(code: string): keyof (typeof en)['errors'] | undefined {
  return KNOWN[code];
}

/** Turn any error into a sentence for the person; the server's own words where we have none of our own. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t('errors.unknown');
    const known = KNOWN[error.code];
    if (known) return t(`errors.${known}`);
    return error.detail || t('errors.unknown');
  };
}

/** The sentence on one field of a form; undefined where the error is not about it. */
export function useFieldText(): (error: unknown, field: string) => string | undefined {
  const errorText = useErrorText();
  return (error, field) => {
    const said = error instanceof ApiError ? error.on(field) : undefined;
    return said && knownError((error as ApiError).code) ? errorText(error) : said;
  };
}
