/** Hashtags in captions: `#` at the start of a word, then letters, digits, `_` or `-` of any script. */

export interface TextPart {
  text: string;
  /** The tag without `#`, when this part is one. */
  tag?: string;
}

const TAG = /(?<=^|\s)#([\p{L}\p{N}_][\p{L}\p{N}\p{M}_-]*)/gu;

export function splitHashtags(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(TAG)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: match[0], tag: match[1] });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Title of a tag album without its `#`, as servers store it with or without. */
export function tagName(title: string): string {
  return title.replace(/^#+/, '');
}
