import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, sep } from 'node:path'

/** What Chrome and Chromium are called on a path of programs. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * The program of the browser to measure in: the one that was named, by its file or as on the PATH, else that of CHROME_PATH,
 * else the first Chromium or Chrome there is.
 * @returns null where it is not there
 */
export function findBrowser(named: string | null, env: NodeJS.ProcessEnv = process.env): string | null {
  const only = named ?? (env.CHROME_PATH || null)
  for (const name of only === null ? NAMES : [only]) {
    const folders = name.includes(sep) ? [''] : (env.PATH ?? '').split(delimiter).filter(Boolean)
    const file = folders.map(folder => join(folder, name)).find(isProgram)
    if (file !== undefined) return file
  }
  return null
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
