import { Extension, type Editor } from '@tiptap/core';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import Suggestion from '@tiptap/suggestion';
import { splitHashtags } from '@/lib/hashtags';
import classes from './Captions.module.css';

export type CompletionKind = 'tag' | 'person';

export interface CompletionQuery {
  kind: CompletionKind;
  /** What was typed after the sign. */
  text: string;
  /** Where the caret is on the screen. */
  rect: DOMRect | null;
  /** Put this in the place of what was typed, its sign included. */
  insert: (text: string) => void;
}

/** Marks a change that nobody typed. */
export const QUIET = 'completion-quiet';

const SIGNS: Record<CompletionKind, string> = { tag: '#', person: '@' };

interface Options {
  onQuery: (query: CompletionQuery | null) => void;
  /** True when the menu took the key. */
  onKey: (key: string) => boolean;
}

/** Shows hashtags as such while they are typed, and tells the menu which tag or person is being typed. */
export const Completion = Extension.create<Options>({
  name: 'completion',

  addOptions: () => ({ onQuery: () => undefined, onKey: () => false }),

  addProseMirrorPlugins() {
    return [
      highlight(),
      suggestion(this.editor, 'tag', this.options),
      suggestion(this.editor, 'person', this.options),
    ];
  },
});

function suggestion(editor: Editor, kind: CompletionKind, { onQuery, onKey }: Options): Plugin {
  return Suggestion<string, string>({
    editor,
    pluginKey: new PluginKey(`completion-${kind}`),
    char: SIGNS[kind],
    items: () => [],
    // Only while one types: a caret that merely rests at a tag asks for nothing.
    shouldShow: ({ transaction }) => transaction.docChanged && transaction.getMeta(QUIET) !== true,
    command: ({ editor: target, range, props }) =>
      void target.chain().focus().insertContentAt(range, `${props} `).run(),
    render: () => {
      const tell = (props: {
        query: string;
        clientRect?: (() => DOMRect | null) | null;
        command: (text: string) => void;
      }) => onQuery({ kind, text: props.query, rect: props.clientRect?.() ?? null, insert: props.command });
      return {
        onStart: tell,
        onUpdate: tell,
        onKeyDown: ({ event }) => onKey(event.key),
        onExit: () => onQuery(null),
      };
    },
  });
}

function highlight(): Plugin {
  return new Plugin({
    key: new PluginKey('hashtag-highlight'),
    props: {
      decorations: ({ doc }) => {
        const found: Decoration[] = [];
        doc.descendants((node, position) => {
          if (!node.isText) return;
          let offset = position;
          for (const part of splitHashtags(node.text ?? '')) {
            if (part.tag)
              found.push(Decoration.inline(offset, offset + part.text.length, { class: classes.tag ?? '' }));
            offset += part.text.length;
          }
        });
        return DecorationSet.create(doc, found);
      },
    },
  });
}
