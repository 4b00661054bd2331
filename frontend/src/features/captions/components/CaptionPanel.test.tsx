import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Caption } from '@/lib/api-types';
import { writeSession } from '@/lib/session';
import { events, fakeServer, refusal, token } from '@/test/fake-server';
import { render } from '@/test/render';
import { keepText, readKeptText } from '../kept-text';
import { CaptionPanel } from './CaptionPanel';

const HASH = 'abc1';
const CAPTIONS = `/api/photos/${HASH}/captions/`;
const anna = { id: 1, username: 'anna', first_name: 'Anna', last_name: '' };

function row(id: number, text: string, changes: Partial<Caption> = {}): Caption {
  return {
    id,
    text,
    state: 'accepted',
    author: anna,
    model: null,
    rating: null,
    created_at: '2026-01-01T10:00:00Z',
    decided_at: '2026-01-01T10:00:00Z',
    merged_from: null,
    rewriter: null,
    rewritten_from: null,
    keywords: [],
    verdict: null,
    ...changes,
  };
}

function draft(id: number, text: string, log_probability: number): Caption {
  const model = { id: 'bundled', label: 'Built-in', revision: '1', explains: false };
  return row(id, text, { state: 'draft', author: null, model, language: 'en', scores: { log_probability } });
}

const NOBODY: string[] = [];

function show(changes: Partial<Parameters<typeof CaptionPanel>[0]> = {}) {
  render(
    <CaptionPanel
      hash={HASH}
      userId={1}
      knownText=""
      mayEdit
      captionsOn
      rewritesOn={false}
      peopleHere={NOBODY}
      {...changes}
    />,
  );
}

const editor = () => screen.findByRole('textbox', { name: 'Caption' });

describe('CaptionPanel', () => {
  beforeEach(() => writeSession({ access: token(), refresh: 'r' }));

  it('shows the caption as text with its hashtags as links, and one button', async () => {
    const current = row(3, 'Minka in the #garden');
    fakeServer({ [`GET ${CAPTIONS}`]: () => ({ results: [current], current }) });
    show();
    expect(await screen.findByRole('link', { name: '#garden' })).toHaveAttribute(
      'href',
      '/tags?title=garden',
    );
    expect(await screen.findByRole('button', { name: 'Edit' })).toBeInTheDocument();
    expect(screen.getAllByRole('button').map((button) => button.textContent)).toEqual([
      'Edit',
      'History (1)',
    ]);
  });

  it('is not for editing by others', async () => {
    const current = row(3, 'Minka');
    fakeServer({ [`GET ${CAPTIONS}`]: () => ({ results: [current], current }) });
    show({ mayEdit: false });
    await screen.findByText('Minka');
    expect(screen.queryByRole('button', { name: 'Edit' })).not.toBeInTheDocument();
  });

  it('streams drafts, takes one and accepts it', async () => {
    let results: Caption[] = [];
    let current: Caption | null = null;
    const seen = fakeServer({
      [`GET ${CAPTIONS}`]: () => ({ results, current }),
      [`POST ${CAPTIONS}`]: () => {
        results = [draft(12, 'A dog.', -9), draft(11, 'A cat.', -4)];
        return events(
          ['status', { state: 'queued' }],
          ['draft', results[1]],
          ['draft', results[0]],
          ['done', { count: 2 }],
        );
      },
      [`PATCH ${CAPTIONS}11/`]: () => {
        current = { ...row(11, 'A cat.'), author: null };
        results = [current];
        return current;
      },
    });
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Add a caption' }));
    await userEvent.click(screen.getByRole('button', { name: 'Draft' }));
    const list = await screen.findByRole('list', { name: 'Drafts' });
    await waitFor(() => expect(within(list).getAllByRole('listitem')).toHaveLength(2));
    const [best] = within(list).getAllByRole('listitem');
    expect(best).toHaveTextContent('A cat.');
    expect(best).toHaveTextContent('Built-in');
    expect(seen.find((request) => request.method === 'POST')?.headers.get('Accept')).toBe(
      'text/event-stream',
    );

    await editor();
    await userEvent.click(within(best as HTMLElement).getByRole('button', { name: 'Use' }));
    await waitFor(async () => expect(await editor()).toHaveTextContent('A cat.'));
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('button', { name: 'Edit' })).toHaveFocus();
    expect(seen.find((request) => request.method === 'PATCH')?.body).toEqual({
      action: 'accept',
      base: null,
    });
    expect(readKeptText(1, HASH)).toBeNull();
  });

  it('offers no wand while captioning is off', async () => {
    fakeServer({ [`GET ${CAPTIONS}`]: () => ({ results: [], current: null }) });
    show({ captionsOn: false });
    await userEvent.click(await screen.findByRole('button', { name: 'Add a caption' }));
    expect(screen.getByRole('button', { name: 'Save' })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Draft' })).not.toBeInTheDocument();
  });

  it('keeps what was typed when saving fails, and says so', async () => {
    keepText(1, HASH, { text: 'Typed before the crash', draft: null });
    fakeServer({
      [`GET ${CAPTIONS}`]: () => ({ results: [], current: null }),
      [`PUT ${CAPTIONS}`]: () => refusal(500, 'server_error', 'Broken.'),
    });
    show();
    expect(await screen.findByText('You have text that is not saved')).toBeInTheDocument();
    await userEvent.click(await screen.findByRole('button', { name: 'Go on writing' }));
    expect(await editor()).toHaveTextContent('Typed before the crash');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('went wrong on the server');
    expect(readKeptText(1, HASH)?.text).toBe('Typed before the crash');
    expect(await editor()).toHaveTextContent('Typed before the crash');
  });

  it('tells when somebody else was faster, and overwrites only on a click', async () => {
    keepText(1, HASH, { text: 'Mine', draft: null });
    let current = row(3, 'First');
    const bodies: unknown[] = [];
    fakeServer({
      [`GET ${CAPTIONS}`]: () => ({ results: [current], current }),
      [`PUT ${CAPTIONS}`]: ({ body }) => {
        bodies.push(body);
        if (bodies.length === 1) {
          current = row(4, 'Theirs');
          return refusal(409, 'caption_changed', 'Changed.');
        }
        current = row(5, 'Mine');
        return current;
      },
    });
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Go on writing' }));
    await editor();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Theirs');
    expect(bodies).toEqual([{ text: 'Mine', base: 3 }]);
    await userEvent.click(screen.getByRole('button', { name: 'Save mine instead' }));
    await screen.findByRole('button', { name: 'Edit' });
    expect(bodies[1]).toEqual({ text: 'Mine' });
  });

  it('tells so also of a change made while the text was only kept', async () => {
    keepText(1, HASH, { text: 'Mine', draft: null, base: { text: 'First', id: 3 } });
    const current = row(4, 'Theirs');
    const seen = fakeServer({
      [`GET ${CAPTIONS}`]: () => ({ results: [current], current }),
      [`PUT ${CAPTIONS}`]: () => refusal(409, 'caption_changed', 'Changed.'),
    });
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Go on writing' }));
    await editor();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Theirs');
    expect(seen.find((request) => request.method === 'PUT')?.body).toEqual({ text: 'Mine', base: 3 });
    expect(readKeptText(1, HASH)?.text).toBe('Mine');
  });

  it('goes on writing also when that is asked for before the caption has come', async () => {
    keepText(1, HASH, { text: 'Typed before', draft: null });
    let come: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (come = resolve));
    fakeServer({ [`GET ${CAPTIONS}`]: () => slow.then(() => ({ results: [], current: null })) });
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Go on writing' }));
    expect(screen.queryByRole('textbox')).not.toBeInTheDocument();
    come();
    expect(await editor()).toHaveTextContent('Typed before');
  });

  it('is content when an attempt whose answer was lost had arrived', async () => {
    keepText(1, HASH, { text: 'Mine', draft: null, base: { text: '', id: null } });
    const current = row(4, 'Mine');
    fakeServer({
      [`GET ${CAPTIONS}`]: () => ({ results: [current], current }),
      [`PUT ${CAPTIONS}`]: () => refusal(409, 'caption_changed', 'Changed.'),
    });
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Go on writing' }));
    await editor();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('button', { name: 'Edit' })).toHaveFocus();
    expect(readKeptText(1, HASH)).toBeNull();
  });

  it('brings an earlier text back while one edits, and undoes that', async () => {
    const [old, current] = [row(3, 'As it was'), row(4, 'As it is')];
    fakeServer({ [`GET ${CAPTIONS}`]: () => ({ results: [current, old], current }) });
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    expect(await editor()).toHaveTextContent('As it is');
    await userEvent.click(screen.getByRole('button', { name: 'History (2)' }));
    // It unfolds in its own time.
    await userEvent.click(await screen.findByRole('button', { name: 'Put into the editor' }));
    await waitFor(async () => expect(await editor()).toHaveTextContent('As it was'));
    await waitFor(() => expect(readKeptText(1, HASH)?.text).toBe('As it was'));
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(async () => expect(await editor()).toHaveTextContent('As it is'));
  });

  it('explains words only of models that can', async () => {
    const [mute, telling] = [draft(12, 'A dog.', -9), draft(11, 'A cat.', -4)];
    const model = { id: 'telling', label: 'Telling', revision: '1', explains: true };
    const results = [mute, { ...telling, model }];
    fakeServer({ [`GET ${CAPTIONS}`]: () => ({ results, current: null }) });
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Add a caption' }));
    const cards = within(await screen.findByRole('list', { name: 'Drafts' })).getAllByRole('listitem');
    const explains = cards.map(
      (card) => within(card).queryByRole('button', { name: 'Why this word?' }) !== null,
    );
    expect(cards.map((card) => card.textContent?.includes('A cat.'))).toEqual(explains);
  });

  describe('said differently', () => {
    const plain = draft(11, 'A cat.', -4);
    const sayShorter = async (...rest: Parameters<typeof events>) => {
      const results = [plain];
      fakeServer({
        [`GET ${CAPTIONS}`]: () => ({ results: [...results], current: null }),
        [`POST ${CAPTIONS}`]: () => {
          const told = rest.filter(([event]) => event === 'draft').map(([, row]) => row as Caption);
          results.unshift(...told.filter((row) => row !== plain));
          return events(...rest);
        },
      });
      show({ rewritesOn: true });
      await userEvent.click(await screen.findByRole('button', { name: 'Add a caption' }));
      await userEvent.click(await screen.findByRole('button', { name: 'Say it differently' }));
      await userEvent.click(await screen.findByRole('menuitem', { name: 'Shorter' }));
    };
    const done = (rewrite: object): [string, object] => ['done', { count: 1, order: [11], rewrite }];

    it('says so when the language model finds no other words', async () => {
      await sayShorter(['draft', plain], done({ state: 'ok', code: '', detail: '', caption: plain }));
      expect(await screen.findByRole('status')).toHaveTextContent('found no other words');
      expect(screen.getAllByText(/found no other words/)).toHaveLength(2);
    });

    it('announces what is new, and that only', async () => {
      const rewriter = { id: 'wordsmith', label: 'Wordsmith' };
      const fresh = { ...draft(12, 'Cat.', -4), rewriter };
      await sayShorter(['draft', fresh], done({ state: 'ok', code: '', detail: '', caption: fresh }));
      expect(await screen.findByText('worded by Wordsmith')).toBeInTheDocument();
      expect(screen.getByRole('status')).toHaveTextContent('A draft is ready');
    });

    it('says in words that the language model is not running', async () => {
      await sayShorter(done({ state: 'unavailable', code: 'service_down', detail: 'x', caption: null }));
      expect(await screen.findByRole('alert')).toHaveTextContent('Its service is not running');
      expect(screen.getByRole('status')).toBeEmptyDOMElement();
    });

    it('lets the server say what it has no words for', async () => {
      await sayShorter(done({ state: 'unavailable', code: 'odd', detail: 'It is odd.', caption: null }));
      expect(await screen.findByRole('alert')).toHaveTextContent('It is odd.');
    });
  });

  it('says in words that the service is away', async () => {
    fakeServer({
      [`GET ${CAPTIONS}`]: () => ({ results: [], current: null }),
      [`POST ${CAPTIONS}`]: () => events(['error', { code: 'service_unavailable', detail: 'Down.' }]),
    });
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Add a caption' }));
    await userEvent.click(screen.getByRole('button', { name: 'Draft' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('captioning service is not running');
  });
});
