import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const backend = process.env.BACKEND_URL ?? 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [react()],
  // Relative, because the path on the host is known only when the page is asked for; see src/lib/base-path.ts.
  base: './',
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    manifest: true,
    // The browsers that know light-dark() and popover; older ones would get a stylesheet without colours.
    target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
  },
  server: { proxy: { '/api': backend, '/media': backend } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    testTimeout: 180_000,
  },
});
