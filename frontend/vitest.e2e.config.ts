import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files tell one story in the order of their numbers. */
class InOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve([...files].sort((a, b) => a.moduleId.localeCompare(b.moduleId)));
  }
}

/** Tests in a real browser against a running, empty instance: BASE_URL=http://… npm run e2e */
export default defineConfig({
  test: {
    // Vite has a BASE_URL of its own, which would hide this one from the tests.
    env: { INSTANCE_URL: process.env.BASE_URL ?? '' },
    // Pictures are taken of an instance of their own.
    include: [process.env.SCREENSHOTS ? 'e2e/screenshots.ts' : 'e2e/**/*.spec.ts'],
    environment: 'node',
    fileParallelism: false,
    sequence: { sequencer: InOrder },
    // The steps of a journey build on one another.
    bail: 1,
    testTimeout: 300_000,
    // A busy machine takes its time; nothing here measures it.
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: 120_000,
  },
});
