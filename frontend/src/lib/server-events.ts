/** Server-sent events read from a POST's answer (EventSource can only GET and sends no token). */

export interface ServerEvent {
  event: string;
  /** Parsed JSON of the event's data lines. */
  data: unknown;
}

/** Yield each complete event of `body`; comments and events without data are skipped. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // A carriage return alone at the end may be half of "\r\n", so line ends are unified on the whole rest.
      rest = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).replace(
        /\r\n/g,
        '\n',
      );
      const blocks = rest.split('\n\n');
      rest = blocks.pop() ?? '';
      if (done) blocks.push(rest);
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event) yield event;
      }
      if (done) return;
    }
  } finally {
    // Reached too when the reader of the events leaves early: the server then stops working for it.
    await reader.cancel().catch(() => undefined);
  }
}

function parseBlock(block: string): ServerEvent | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) event = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
  return data.length ? { event, data: JSON.parse(data.join('\n')) as unknown } : null;
}
