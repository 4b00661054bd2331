import { useCallbackRef } from '@mantine/hooks';
import { Document } from '@tiptap/extension-document';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Text as TextNode } from '@tiptap/extension-text';
import { Placeholder, UndoRedo } from '@tiptap/extensions';
import { closeHistory } from '@tiptap/pm/history';
import { EditorContent, useEditor, type Editor, type JSONContent } from '@tiptap/react';
import { useEffect, useId, useImperativeHandle, useRef, type Ref } from 'react';
import classes from './Captions.module.css';
import { Completion, QUIET, type CompletionQuery } from './completion-extension';
import { CompletionMenu, optionId } from './CompletionMenu';
import { useCompletionMenu, type Completable } from './use-completion-menu';

export interface CaptionEditorHandle {
  /** Replace the whole text as one step that can be undone. */
  setText: (text: string) => void;
  undo: () => void;
}

/** The one rich text field of the product: plain text in, plain text out, hashtags and names completed while typing. */
export default function CaptionEditor(props: Props) {
  const { initialText, label, placeholder, completable, ref } = props;
  const latest = useRef(props);
  const menu = useCompletionMenu(completable);
  const menuId = useId();
  const frame = useRef<HTMLDivElement>(null);
  const onQuery = useCallbackRef((query: CompletionQuery | null) => menu.setQuery(query));
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
      Completion.configure({ onQuery, onKey }),
    ],
    content: toDocument(initialText),
    autofocus: 'end',
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label,
        dir: 'auto',
        class: classes.editor ?? '',
      },
      handleKeyDown: (_view, event) => {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) latest.current.onSave();
        // The first Esc closes the menu, the next one the editor.
        else if (event.key === 'Escape') void (onKey('Escape') || latest.current.onLeave());
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
      setText: (text) => replaceAll(editor, text),
      undo: () => void editor.chain().undo().focus().run(),
    }),
    [editor],
  );

  const { replacement } = props;
  useEffect(() => {
    if (replacement === null) return;
    replaceAll(editor, replacement);
    latest.current.onReplaced();
  }, [editor, replacement]);

  // Screen readers are told which choice Enter would take while the focus stays in the text.
  const isOpen = menu.query !== null && menu.choices.length > 0;
  useEffect(() => {
    const field = frame.current?.querySelector('[role=textbox]');
    if (isOpen) {
      field?.setAttribute('aria-controls', menuId);
      field?.setAttribute('aria-activedescendant', optionId(menuId, menu.active));
    } else {
      field?.removeAttribute('aria-controls');
      field?.removeAttribute('aria-activedescendant');
    }
  }, [isOpen, menu.active, menuId]);

  return (
    <div className={classes.editorFrame} ref={frame}>
      <EditorContent editor={editor} />
      <CompletionMenu menu={menu} id={menuId} />
    </div>
  );
}

/** As one step that can be undone. */
function replaceAll(editor: Editor, text: string): void {
  editor
    .chain()
    .command(({ tr }) => {
      closeHistory(tr).setMeta(QUIET, true);
      return true;
    })
    .setContent(toDocument(text), { emitUpdate: true })
    .focus('end')
    .run();
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
  completable: Completable;
  /** A text from elsewhere that is to stand in the editor now; null for none. */
  replacement: string | null;
  onReplaced: () => void;
  onChange: (text: string) => void;
  onSave: () => void;
  /** Leave the editor without deciding; the text stays kept. */
  onLeave: () => void;
  ref?: Ref<CaptionEditorHandle>;
}
