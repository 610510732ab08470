import { fileURLToPath } from 'node:url'
import type { Instrument } from '../instrument.js'
import { browserName } from './browser-name.js'
import { type Dialogue, openDialogue, type PageFacts } from './dialogue.js'
import { timeInPage } from './jobs.js'
import { type Launched, launch } from './launch.js'
import { pageFiles } from './page-files.js'
import { readTold } from './read-told.js'
import { serve } from './server.js'
import type { WebRuntime } from './web-runtime.js'

export interface BrowserOptions {
  readonly web: WebRuntime
  /** The program of Chromium or Chrome; null where the user opens the page, in whatever browser. */
  readonly program: string | null
  readonly threads: number
  /** Ends all that goes on, with its reason. */
  readonly signal?: AbortSignal
  /** Called with the address of the page before a browser opens it. */
  readonly onServing?: (url: string) => void
  /** Folder of the page's compiled scripts. */
  readonly scripts?: string
}

/** How long a browser that was started may take to open the page, in ms. */
const TO_OPEN = 60_000

const HERE = fileURLToPath(new URL('./page/', import.meta.url))

/**
 * An instrument that times models in onnxruntime-web, on a page that a browser opens from this machine.
 * @throws Error where the browser does not open the page or has no threads to give; the signal's reason once it is aborted.
 */
export async function openBrowser(options: BrowserOptions): Promise<Instrument> {
  const { web, program, threads, signal, onServing, scripts = HERE } = options
  signal?.throwIfAborted()
  const dialogue = openDialogue()
  const files = await pageFiles(web, scripts)
  const serving = await serve({
    file: path => files.get(path) ?? null,
    async post(path, body) {
      const told = path === 'tell' ? readTold(body) : null
      return told === null ? null : dialogue.answer(told)
    },
  })
  const abort = () => dialogue.end(signal?.reason)
  let browser: Launched | null = null

  async function close(): Promise<void> {
    signal?.removeEventListener('abort', abort)
    dialogue.end(new Error('the browser is closed'))
    await browser?.close()
    await serving.close()
  }

  try {
    signal?.throwIfAborted()
    signal?.addEventListener('abort', abort)
    onServing?.(serving.url)
    if (program !== null) browser = await launch(program, serving.url)
    browser?.crashed.then(reason => dialogue.end(new Error(`${program}: ${reason}`)))
    const page = await opened(dialogue, program)
    if (threads > 1 && !page.isolated)
      throw new Error('the page got no threads: open it by the name localhost or 127.0.0.1')
    return {
      runtime: `onnxruntime-web ${web.version} (wasm simd), ${browserName(page.userAgent)}`,
      threads,
      close,
      time: timeInPage(dialogue, files, threads),
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function opened(dialogue: Dialogue, program: string | null): Promise<PageFacts> {
  if (program === null) return dialogue.page
  const late = new Error(`${program} did not open pare's page within ${TO_OPEN / 1000} s`)
  const timer = setTimeout(() => dialogue.end(late), TO_OPEN)
  return dialogue.page.finally(() => clearTimeout(timer))
}
