import { expect, it } from 'vitest';

const files = import.meta.glob<Record<string, unknown>>('./*.json', { eager: true, import: 'default' });

function flatten(messages: Record<string, unknown>, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(messages).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[prefix + key, value] as const]
        : Object.entries(flatten(value as Record<string, unknown>, `${prefix}${key}.`)),
    ),
  );
}

const english = flatten(files['./en.json'] ?? {});
const withoutPlural = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');
const names = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

it.each(Object.keys(files))('%s says everything that English says, with the same values in it', (file) => {
  // `fromServer` is what English has in the server's own words; tests/test_locales.py looks after it.
  const messages = flatten({ ...files[file], fromServer: {} });
  const keys = (all: Record<string, string>) => [...new Set(Object.keys(all).map(withoutPlural))].sort();
  expect(keys(messages)).toEqual(keys(english));
  for (const [key, text] of Object.entries(messages)) {
    expect(text.trim(), key).not.toBe('');
    const original = english[key] ?? english[`${withoutPlural(key)}_other`] ?? '';
    expect(names(text), key).toEqual(names(original));
  }
});
