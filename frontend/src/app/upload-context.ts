import { createContext, useContext } from 'react';

export const UploadContext = createContext<(files: Iterable<File>) => void>(() => undefined);

/** Hand files to the upload, from any page. */
export function useUpload() {
  return useContext(UploadContext);
}
