import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

/** A browser that was started, with a profile of its own. */
export interface Launched {
  /** Resolves with the reason once the browser, or its page, has ended by itself. */
  readonly crashed: Promise<string>
  /** Ends the browser with all its processes and removes its profile. */
  close(): Promise<void>
}

/** How long a browser may take to end when it is asked to, in ms. */
const GRACE = 5_000

const FLAGS = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-extensions',
  '--disable-sync',
  '--mute-audio',
  // With this it ends when the pipe does, however this process ends.
  '--remote-debugging-pipe',
]

/** Asks for news of pages, of which only a crash is wanted. */
const WATCH = `${JSON.stringify({ id: 1, method: 'Target.setDiscoverTargets', params: { discover: true } })}\0`
const CRASH = '"Target.targetCrashed"'

/** Starts Chromium or Chrome without a window at an address. */
export async function launch(program: string, url: string): Promise<Launched> {
  const profile = await mkdtemp(join(tmpdir(), 'pare-browser-'))
  // Chromium has no sandbox for the superuser, and the page is our own.
  const flags = process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, url], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C reaches pare, which ends the browser in order, and all its processes can be ended at once.
    detached: true,
  })
  let complaint = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-10_000)
  })
  const toBrowser = child.stdio[3] as Writable
  const fromBrowser = child.stdio[4] as Readable
  toBrowser.on('error', () => {})
  fromBrowser.on('error', () => {})
  toBrowser.write(WATCH)
  const exited = new Promise<string>(resolve => {
    child.on('error', error => resolve(error.message))
    child.on('exit', (code, signal) =>
      resolve(`it ended with ${signal ?? `status ${code}`}${last(complaint)}`),
    )
  })
  const pageCrashed = new Promise<string>(resolve => {
    let tail = ''
    fromBrowser.on('data', chunk => {
      const text = tail + chunk
      if (text.includes(CRASH)) resolve('its page crashed')
      tail = text.slice(-CRASH.length)
    })
  })
  return {
    crashed: Promise.race([exited, pageCrashed]),
    async close() {
      toBrowser.end()
      const patience = setTimeout(kill, GRACE)
      await exited
      clearTimeout(patience)
      kill()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }

  function kill(): void {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // All its processes have ended.
    }
  }
}

/** The last line that is no news of the system bus, which Chromium misses on every server. */
function last(complaint: string): string {
  const line = complaint
    .split('\n')
    .filter(text => text.trim() !== '' && !text.includes('dbus'))
    .at(-1)
  return line === undefined ? '' : `: ${line.trim()}`
}
