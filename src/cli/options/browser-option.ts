import * as z from 'zod'
import { findBrowser } from '../../runtime/browser/find.js'
import type { BrowserOptions } from '../../runtime/browser/open.js'
import { findWebRuntime, TESTED_WEB_RUNTIME } from '../../runtime/browser/web-runtime.js'
import { UsageError } from './error.js'

/** Where the user opens the page. */
const BY_HAND = 'none'

/** `--browser [PATH]`: true without a path. */
export const browserOption = z
  .union([z.literal(true), z.string().min(1)])
  .optional()
  .describe(
    `measure in onnxruntime-web too: in PATH, or a Chromium that is found; ${BY_HAND} waits for any browser`,
  )

/**
 * Finds what measuring in a browser needs, before any work is done.
 * @throws UsageError in one line where it is not there
 */
export async function browserOf(
  option: string | true,
): Promise<Pick<BrowserOptions, 'web' | 'program' | 'onServing'>> {
  const web = await findWebRuntime()
  if (web === null)
    throw new UsageError(
      `--browser needs onnxruntime-web, which is not installed: npm install onnxruntime-web@${TESTED_WEB_RUNTIME}`,
    )
  if (option === BY_HAND) return { web, program: null, onServing: invite }
  const program = findBrowser(option === true ? null : option)
  if (program !== null) return { web, program }
  throw new UsageError(
    option === true
      ? `no Chromium or Chrome found: install one, or name it with --browser PATH or CHROME_PATH; --browser ${BY_HAND} takes any`
      : `--browser: ${option} is no program`,
  )
}

function invite(url: string): void {
  const { port } = new URL(url)
  process.stderr.write(
    `open ${url} in the browser to measure in; for a phone on a cable, after: adb reverse tcp:${port} tcp:${port}\n`,
  )
}
