const SLICE_BYTES = 4 * 1024 * 1024;

/** MD5 of a file as 32 lower-case hex digits, which is how the server names photos. Reads it in slices. */
export async function hashFile(
  file: File,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { createMD5 } = await import('hash-wasm');
  const md5 = await createMD5();
  for (let offset = 0; offset < file.size; offset += SLICE_BYTES) {
    signal.throwIfAborted();
    md5.update(new Uint8Array(await file.slice(offset, offset + SLICE_BYTES).arrayBuffer()));
    onProgress(Math.min(1, (offset + SLICE_BYTES) / file.size));
  }
  return md5.digest('hex');
}
