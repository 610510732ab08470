import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as z from 'zod'

/** onnxruntime-web as it is installed. */
export interface WebRuntime {
  readonly version: string
  /** Folder of its scripts and its WebAssembly. */
  readonly folder: string
}

/**
 * The runtime without GPU back ends: its script, and the WebAssembly with SIMD that it loads, with or without threads. Older
 * versions load the script of the latter apart.
 */
export const WEB_RUNTIME_FILES = [
  'ort.wasm.bundle.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
] as const

/** The version that pare is tested with. */
export const TESTED_WEB_RUNTIME = '1.30.0'

const manifest = z.object({ version: z.string().max(100) })

/**
 * Finds onnxruntime-web, first as the working folder's own project has it: that is the one it deploys.
 * @param places files that would import it, the likeliest first
 * @returns null where it is not installed
 */
export async function findWebRuntime(
  places: readonly string[] = [join(process.cwd(), 'package.json'), import.meta.url],
): Promise<WebRuntime | null> {
  for (const from of places) {
    try {
      const folder = dirname(createRequire(from).resolve('onnxruntime-web/wasm'))
      if (!WEB_RUNTIME_FILES.every(name => existsSync(join(folder, name)))) continue
      const { version } = manifest.parse(JSON.parse(await readFile(join(folder, '../package.json'), 'utf8')))
      return { version, folder }
    } catch {
      // Not there, or not as it should be.
    }
  }
  return null
}
