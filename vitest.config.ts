import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  resolve: { conditions: ['wiremask-source'] },
  ssr: { resolve: { conditions: ['wiremask-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/stored-rules.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    allowOnly: false,
  },
});

export default config;
