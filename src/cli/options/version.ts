import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'

/** The version in pare's package.json, which stands above the sources and, one folder further, above the build. */
export function pareVersion(): string {
  const file = ['../../../package.json', '../../../../package.json']
    .map(path => new URL(path, import.meta.url))
    .find(url => existsSync(url))
  if (file === undefined) return 'unknown'
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version
}
