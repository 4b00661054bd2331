// Fails the build when the JavaScript that the first screen needs grows over its budget (gzipped).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 200_000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

function withStaticImports(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key].imports ?? []) withStaticImports(imported, seen);
  return seen;
}

const gzipped = (key) => gzipSync(readFileSync(new URL(manifest[key].file, dist))).length;
const total = (keys) => [...keys].reduce((sum, key) => sum + gzipped(key), 0);

// The first screens: the entry with the lazy parts that a person lands on.
const SCREENS = {
  'sign in': ['src/features/auth/components/SignInPage.tsx'],
  timeline: ['src/app/Shell.tsx', 'src/app/routes/TimelineRoute.tsx'],
};
let failed = false;
for (const [screen, parts] of Object.entries(SCREENS)) {
  const missing = parts.find((part) => !(part in manifest));
  if (missing) throw new Error(`${missing} is not a lazy part of the build any more; correct this list.`);
  const files = new Set();
  for (const part of ['index.html', ...parts]) withStaticImports(part, files);
  const bytes = total(files);
  const over = bytes > BUDGET_BYTES;
  failed ||= over;
  console.log(
    `JavaScript of ${screen}: ${bytes} B gzipped, ${over ? 'OVER' : 'within'} the budget of ${BUDGET_BYTES} B`,
  );
}
if (failed) process.exit(1);
