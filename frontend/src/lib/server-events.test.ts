import { describe, expect, it } from 'vitest';
import { readEvents, type ServerEvent } from './server-events';

async function read(...chunks: string[]): Promise<ServerEvent[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(encoder.encode(chunk)));
      controller.close();
    },
  });
  const found: ServerEvent[] = [];
  for await (const event of readEvents(body)) found.push(event);
  return found;
}

describe('readEvents', () => {
  it('reads events whatever pieces they come in', async () => {
    const text =
      'event: status\ndata: {"state":"queued"}\n\n: still here\n\nevent: done\r\ndata: {"count":1}\r\n\r\n';
    const whole = [
      { event: 'status', data: { state: 'queued' } },
      { event: 'done', data: { count: 1 } },
    ];
    expect(await read(text)).toEqual(whole);
    expect(await read(...text)).toEqual(whole);
  });

  it('reads a last event without a closing line', async () => {
    expect(await read('event: done\ndata: {"count":0}')).toEqual([{ event: 'done', data: { count: 0 } }]);
  });

  it('puts split characters together', async () => {
    const bytes = new TextEncoder().encode('data: "ä"\n\n');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.slice(0, 8));
        controller.enqueue(bytes.slice(8));
        controller.close();
      },
    });
    for await (const event of readEvents(body)) expect(event.data).toBe('ä');
  });
});
