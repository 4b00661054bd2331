import { Text } from '@mantine/core';
import { useServerText } from '@/lib/server-text';

/** Why something on the server failed: in the page's language where it has words for it, then as the server says it. */
export function ServerFailure({ code, detail }: { code: string; detail: string }) {
  const { failure, english } = useServerText();
  const summary = failure(code);
  const { text, lang } = english(detail);
  return (
    <>
      {summary && <Text size="sm">{summary}</Text>}
      <Text
        size={summary ? 'xs' : 'sm'}
        opacity={summary ? 0.8 : undefined}
        lang={lang}
        style={{ overflowWrap: 'anywhere' }}
      >
        {text}
      </Text>
    </>
  );
}
