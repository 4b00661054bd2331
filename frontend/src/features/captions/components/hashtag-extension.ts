import { Extension } from '@tiptap/core';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import Suggestion from '@tiptap/suggestion';
import { splitHashtags } from '@/lib/hashtags';
import classes from './Captions.module.css';

export interface HashtagQuery {
  /** What was typed after `#`. */
  text: string;
  /** Where the caret is on the screen. */
  rect: DOMRect | null;
  choose: (tag: string) => void;
}

/** Marks a change that nobody typed. */
export const QUIET = 'hashtags-quiet';

interface Options {
  onQuery: (query: HashtagQuery | null) => void;
  /** True when the menu took the key. */
  onKey: (key: string) => boolean;
}

/** Shows hashtags as such while they are typed and tells the menu what is being typed. */
export const Hashtags = Extension.create<Options>({
  name: 'hashtags',

  addOptions: () => ({ onQuery: () => undefined, onKey: () => false }),

  addProseMirrorPlugins() {
    const { onQuery, onKey } = this.options;
    return [
      highlight(),
      Suggestion<string, string>({
        editor: this.editor,
        char: '#',
        items: () => [],
        // Only while one types: a caret that merely rests at a tag asks for nothing.
        shouldShow: ({ transaction }) => transaction.docChanged && transaction.getMeta(QUIET) !== true,
        command: ({ editor, range, props }) =>
          void editor.chain().focus().insertContentAt(range, `#${props} `).run(),
        render: () => {
          const tell = (props: {
            query: string;
            clientRect?: (() => DOMRect | null) | null;
            command: (tag: string) => void;
          }) => onQuery({ text: props.query, rect: props.clientRect?.() ?? null, choose: props.command });
          return {
            onStart: tell,
            onUpdate: tell,
            onKeyDown: ({ event }) => onKey(event.key),
            onExit: () => onQuery(null),
          };
        },
      }),
    ];
  },
});

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
