import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: native libraries and worker pools inside the tests need the rest.
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'wasm',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/chaos/**', 'test/long/**'],
          provide: { backend: 'wasm' },
        },
      },
      {
        extends: true,
        test: {
          // Kills and other disasters: `npm run chaos`.
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          provide: { backend: 'wasm' },
        },
      },
      {
        extends: true,
        test: {
          // Whole searches, comparisons and sweeps end to end: `npm run test:long`.
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          provide: { backend: 'wasm' },
        },
      },
      {
        extends: true,
        test: {
          name: 'tensorflow',
          include: ['test/tensor/**/*.test.ts', 'test/train/**/*.test.ts'],
          // These concern WASM alone, or no backend at all.
          exclude: [
            'test/tensor/kernels/**',
            'test/tensor/native/**',
            'test/train/loss-changes.test.ts',
            'test/train/batch-norm.test.ts',
          ],
          provide: { backend: 'tensorflow' },
          setupFiles: ['test/fixtures/skip-native.ts'],
        },
      },
    ],
  },
})
