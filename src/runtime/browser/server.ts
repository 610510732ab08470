import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'

/** A file that the page may have. */
export interface Served {
  readonly type: string
  readonly bytes: Uint8Array | string
}

/** What the server gives out. Paths are those below the secret one. */
export interface Site {
  /** The file of a path; null where there is none. */
  file(path: string): Served | null
  /** Answers what is posted to a path with JSON; null where it is not understood. */
  post(path: string, body: string): Promise<unknown>
}

export interface Serving {
  /** Address of the page, with its secret. */
  readonly url: string
  close(): Promise<void>
}

/** The times and kernels of some hundred runs of a large network are a few megabytes. */
const LARGEST_POST = 64 * 2 ** 20

/** A page cut off from all others has fine clocks and threads; it loads from nowhere else. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    "default-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; style-src 'unsafe-inline'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** Serves a site to this machine alone, at a path that nobody can guess, on a port that is free. */
export async function serve(site: Site): Promise<Serving> {
  const secret = randomBytes(16).toString('hex')
  const server = createServer((request, response) => {
    answer(site, `/${secret}/`, request, response).catch(() => response.destroy())
  })
  // A page that is busy with long runs finds its connection as it was.
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  // Listening on an address and a port, so this is no pipe.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/${secret}/`,
    async close() {
      // What has been answered goes out first.
      await setImmediate()
      await new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

async function answer(
  site: Site,
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const end = (status: number, type = 'text/plain', bytes: Uint8Array | string = '') =>
    response.writeHead(status, { ...HEADERS, 'content-type': type }).end(bytes)
  if (!isOwn(request)) return void end(403)
  const { pathname } = new URL(request.url ?? '/', 'http://pare')
  if (!pathname.startsWith(root)) return void end(404)
  const path = pathname.slice(root.length)
  if (request.method === 'GET') {
    const file = site.file(path)
    return void (file === null ? end(404) : end(200, file.type, file.bytes))
  }
  if (request.method !== 'POST') return void end(405)
  const body = await readBody(request)
  if (body === null) return void end(413)
  const reply = await site.post(path, body)
  return void (reply === null ? end(400) : end(200, 'application/json', JSON.stringify(reply)))
}

/**
 * Whether the request came by a name of this machine, which a web site that lets its own name point here cannot use, and
 * from this server's own page, or from no page at all. Other ports are those of tunnels.
 */
function isOwn({ headers }: IncomingMessage): boolean {
  const { host = '', origin } = headers
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return false
  return origin === undefined || origin === `http://${host}`
}

/** The body; null where it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_POST) return null
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > LARGEST_POST) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
