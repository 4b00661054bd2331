import { api } from '@/lib/api-client';
import { ApiError } from '@/lib/api-error';
import type { PhotoSummary } from '@/lib/api-types';
import { hashFile } from '../hash-file';

/** The server takes at most this many bytes in one request. */
export const CHUNK_BYTES = 1_000_000;
const POLL_MS = 700;
const POLL_LIMIT_MS = 10 * 60_000;

export type UploadStep =
  | { state: 'hashing'; progress: number }
  | { state: 'sending'; progress: number }
  | { state: 'processing' }
  | { state: 'done'; hash: string }
  | { state: 'duplicate'; hash: string };

/** Bring one file to the server and report each step. Throws ApiError with the reason of a refusal. */
export async function uploadFile(
  file: File,
  userId: number,
  report: (step: UploadStep) => void,
  signal: AbortSignal,
): Promise<void> {
  if (file.size === 0) throw new ApiError(400, { code: 'empty_file' });
  report({ state: 'hashing', progress: 0 });
  const md5 = await hashFile(file, (progress) => report({ state: 'hashing', progress }), signal);
  const hash = `${md5}${userId}`;

  const { exists } = await api.get<{ exists: boolean }>(`/api/exists/${hash}`, { signal });
  if (exists) {
    report({ state: 'duplicate', hash });
    return;
  }
  const uploadId = await sendChunks(file, userId, report, signal);
  await complete(file, { uploadId, md5, userId }, signal);
  report({ state: 'processing' });
  await waitUntilProcessed(hash, signal);
  report({ state: 'done', hash });
}

async function sendChunks(
  file: File,
  userId: number,
  report: (step: UploadStep) => void,
  signal: AbortSignal,
): Promise<string> {
  let uploadId = '';
  for (let offset = 0; offset < file.size;) {
    report({ state: 'sending', progress: offset / file.size });
    const chunk = file.slice(offset, offset + CHUNK_BYTES);
    const form = new FormData();
    form.set('file', chunk, 'blob');
    form.set('md5', '');
    form.set('offset', String(offset));
    form.set('user', String(userId));
    if (uploadId) form.set('upload_id', uploadId);
    const answer = await api.upload<{ upload_id: string; offset: number }>('/api/upload/', form, {
      signal,
      headers: { 'Content-Range': `bytes ${offset}-${offset + chunk.size - 1}/${chunk.size}` },
    });
    uploadId = answer.upload_id;
    offset += chunk.size;
  }
  return uploadId;
}

async function complete(
  file: File,
  { uploadId, md5, userId }: { uploadId: string; md5: string; userId: number },
  signal: AbortSignal,
): Promise<void> {
  const form = new FormData();
  form.set('upload_id', uploadId);
  form.set('md5', md5);
  form.set('user', String(userId));
  form.set('filename', file.name);
  await api.upload('/api/upload/complete/', form, { signal });
}

async function waitUntilProcessed(hash: string, signal: AbortSignal): Promise<void> {
  const end = Date.now() + POLL_LIMIT_MS;
  while (Date.now() < end) {
    signal.throwIfAborted();
    const { processing } = await api.get<PhotoSummary>(`/api/photos/${hash}/summary/`, { signal });
    if (!processing) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
