import { beforeEach, describe, expect, it } from 'vitest';
import { writeSession } from '@/lib/session';
import { fakeServer, refusal, token } from '@/test/fake-server';
import { uploadFile, type UploadStep } from './upload-file';

const MD5_OF_ABC = '900150983cd24fb0d6963f7d28e17f72';
const HASH = `${MD5_OF_ABC}1`;
const idle = new AbortController().signal;

describe('uploadFile', () => {
  beforeEach(() => writeSession({ access: token(), refresh: 'r' }));

  it('sends chunks, completes and waits until the photo is read', async () => {
    const steps: UploadStep[] = [];
    let polls = 0;
    const file = new File([new Uint8Array(2_300_000)], 'Größe 1.jpg');
    const seen = fakeServer({
      'POST /api/upload/': ({ body }) => ({
        upload_id: 'u1',
        offset: Number((body as FormData).get('offset')),
      }),
      'POST /api/upload/complete/': () => null,
    });
    const answered = globalThis.fetch;
    globalThis.fetch = ((address: string, init?: RequestInit) => {
      if (address.includes('/exists/')) return Promise.resolve(Response.json({ exists: false }));
      if (address.includes('/summary/')) return Promise.resolve(Response.json({ processing: polls++ === 0 }));
      return answered(address, init);
    }) as typeof fetch;

    await uploadFile(file, 1, (step) => steps.push(step), idle);

    const chunks = seen.filter((request) => request.path === '/api/upload/');
    expect(chunks.map((chunk) => chunk.headers.get('Content-Range'))).toEqual([
      'bytes 0-999999/1000000',
      'bytes 1000000-1999999/1000000',
      'bytes 2000000-2299999/300000',
    ]);
    const forms = chunks.map((chunk) => chunk.body as FormData);
    expect(forms.map((form) => form.get('upload_id'))).toEqual([null, 'u1', 'u1']);
    expect(forms.map((form) => form.get('offset'))).toEqual(['0', '1000000', '2000000']);
    expect(forms.map((form) => (form.get('file') as File).size)).toEqual([1_000_000, 1_000_000, 300_000]);
    const complete = seen.at(-1)?.body as FormData;
    expect(complete.get('filename')).toBe('Größe 1.jpg');
    const md5 = complete.get('md5') as string;
    expect(md5).toMatch(/^[0-9a-f]{32}$/);
    expect(polls).toBe(2);
    expect(steps.at(-1)).toEqual({ state: 'done', hash: `${md5}1` });
  });

  it('does not send what is there already', async () => {
    const steps: UploadStep[] = [];
    const seen = fakeServer({ [`GET /api/exists/${HASH}`]: () => ({ exists: true }) });
    await uploadFile(new File(['abc'], 'a.jpg'), 1, (step) => steps.push(step), idle);
    expect(steps.at(-1)).toEqual({ state: 'duplicate', hash: HASH });
    expect(seen).toHaveLength(1);
  });

  it('passes the reason of a refusal on', async () => {
    fakeServer({
      [`GET /api/exists/${HASH}`]: () => ({ exists: false }),
      'POST /api/upload/': () => ({ upload_id: 'u1', offset: 3 }),
      'POST /api/upload/complete/': () => refusal(415, 'unsupported_file', 'This is not a picture.'),
    });
    const upload = uploadFile(new File(['abc'], 'a.jpg'), 1, () => undefined, idle);
    await expect(upload).rejects.toMatchObject({
      code: 'unsupported_file',
      detail: 'This is not a picture.',
    });
  });

  it('refuses an empty file without asking', async () => {
    const seen = fakeServer({});
    const upload = uploadFile(new File([], 'a.jpg'), 1, () => undefined, idle);
    await expect(upload).rejects.toMatchObject({ code: 'empty_file' });
    expect(seen).toHaveLength(0);
  });
});
