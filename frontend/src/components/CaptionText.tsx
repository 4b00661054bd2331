import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { splitHashtags } from '@/lib/hashtags';
import { paths } from '@/lib/paths';

/** A caption as its author meant it: line breaks kept, hashtags as links to their albums. */
export function CaptionText({ text }: { text: string }) {
  return (
    <Text
      className="caption-text"
      style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      lang=""
      dir="auto"
    >
      {splitHashtags(text).map((part, index) =>
        part.tag ? (
          <Anchor key={index} component={Link} to={paths.tagTitle(part.tag)}>
            {part.text}
          </Anchor>
        ) : (
          part.text
        ),
      )}
    </Text>
  );
}
