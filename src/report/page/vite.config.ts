import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** One script with all that a page needs, which is written into each. */
export default defineConfig({
  root: here('.'),
  logLevel: 'warn',
  esbuild: {
    legalComments: 'none',
    banner:
      '/*! With Vega, (c) 2015-2023 University of Washington Interactive Data Lab, BSD-3-Clause (https://github.com/vega/vega/blob/main/LICENSE), and D3, (c) 2010-2023 Mike Bostock, ISC. */',
  },
  build: {
    outDir: here('../../../dist/src/report/page'),
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: here('page.ts'), formats: ['iife'], name: 'pareReport', fileName: () => 'page.js' },
  },
})
