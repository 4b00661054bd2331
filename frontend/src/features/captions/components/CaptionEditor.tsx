import { useCallbackRef } from '@mantine/hooks';
import { Document } from '@tiptap/extension-document';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Text as TextNode } from '@tiptap/extension-text';
import { Placeholder, UndoRedo } from '@tiptap/extensions';
import { closeHistory } from '@tiptap/pm/history';
import { EditorContent, useEditor, type Editor, type JSONContent } from '@tiptap/react';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import classes from './Captions.module.css';
import { HashtagMenu } from './HashtagMenu';
import { Hashtags, QUIET, type HashtagQuery } from './hashtag-extension';
import { useHashtagMenu } from './use-hashtag-menu';

export interface CaptionEditorHandle {
  /** Replace the whole text as one step that can be undone. */
  setText: (text: string) => void;
  undo: () => void;
}

/** The one rich text field of the product: plain text in, plain text out, hashtags completed while typing. */
export default function CaptionEditor(props: Props) {
  const { initialText, label, placeholder, tags, ref } = props;
  const latest = useRef(props);
  const menu = useHashtagMenu(tags);
  const onQuery = useCallbackRef((query: HashtagQuery | null) => menu.setQuery(query));
  const onKey = useCallbackRef((key: string) => menu.onKey(key));
  useEffect(() => {
    latest.current = props;
  });

  const editor = useEditor({
    extensions: [
      Document,
      Paragraph,
      TextNode,
      UndoRedo,
      Placeholder.configure({ placeholder }),
      Hashtags.configure({ onQuery, onKey }),
    ],
    content: toDocument(initialText),
    autofocus: 'end',
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label,
        class: classes.editor ?? '',
      },
      handleKeyDown: (_view, event) => {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) latest.current.onSave();
        else if (event.key === 'Escape') latest.current.onLeave();
        else return false;
        event.stopPropagation();
        return true;
      },
    },
    onBlur: () => onQuery(null),
    onUpdate: ({ editor: changed }) => latest.current.onChange(textOf(changed)),
  });

  useImperativeHandle(
    ref,
    () => ({
      setText: (text) => {
        editor
          .chain()
          .command(({ tr }) => {
            closeHistory(tr).setMeta(QUIET, true);
            return true;
          })
          .setContent(toDocument(text), { emitUpdate: true })
          .focus('end')
          .run();
      },
      undo: () => void editor.chain().undo().focus().run(),
    }),
    [editor],
  );

  return (
    <div className={classes.editorFrame}>
      <EditorContent editor={editor} />
      <HashtagMenu menu={menu} />
    </div>
  );
}

function toDocument(text: string): JSONContent {
  return {
    type: 'doc',
    content: text.split('\n').map((line) => ({
      type: 'paragraph',
      content: line ? [{ type: 'text', text: line }] : [],
    })),
  };
}

function textOf(editor: Editor): string {
  return editor.getText({ blockSeparator: '\n' });
}

interface Props {
  initialText: string;
  label: string;
  placeholder: string;
  /** Names of the hashtags there are, without `#`. */
  tags: string[];
  onChange: (text: string) => void;
  onSave: () => void;
  /** Leave the editor without deciding; the text stays kept. */
  onLeave: () => void;
  ref?: Ref<CaptionEditorHandle>;
}
