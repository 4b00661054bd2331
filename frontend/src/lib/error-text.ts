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
};

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
