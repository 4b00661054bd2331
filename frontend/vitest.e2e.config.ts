import { defineConfig } from 'vitest/config';

/** Tests in a real browser against a running, empty instance: BASE_URL=http://… npm run e2e */
export default defineConfig({
  test: {
    // Vite has a BASE_URL of its own, which would hide this one from the tests.
    env: { INSTANCE_URL: process.env.BASE_URL ?? '' },
    include: ['e2e/**/*.spec.ts'],
    environment: 'node',
    fileParallelism: false,
    // The steps of a journey build on one another.
    bail: 1,
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});
