import { type IncomingHttpHeaders, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Serving, serve } from '../../../src/runtime/browser/server.js'

let serving: Serving
const posts: string[] = []

beforeAll(async () => {
  serving = await serve({
    file: path => (path === '' ? { type: 'text/html', bytes: '<p>page' } : null),
    async post(path, body) {
      posts.push(body)
      return path === 'tell' ? { told: body } : null
    },
  })
})

afterAll(() => serving.close())

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Asks for a path as it stands; fetch would tidy it up and set headers of its own. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  const { hostname, port, host } = new URL(serving.url)
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers: { host, ...headers } }, async response => {
      const chunks = await response.toArray()
      resolve({ status: response.statusCode!, headers: response.headers, text: chunks.join('') })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

const root = () => new URL(serving.url).pathname
const tell = (more: Asked) => ask(`${root()}tell`, { method: 'POST', body: '1', ...more })

describe('serve', () => {
  it('listens to this machine alone, at a path that nobody guesses', () => {
    expect(serving.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/)
  })

  it('cuts the page off from others, so that it has fine clocks and threads', async () => {
    const { status, headers, text } = await ask(root())
    expect({ status, text }).toEqual({ status: 200, text: '<p>page' })
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
    })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })

  it.each(['/', '/tell', `/${'0'.repeat(32)}/`, '/../etc/passwd', '//evil.example/', '/%'])(
    'does not answer %s',
    async path => {
      expect((await ask(path)).status).toBe(404)
      expect((await ask(path, { method: 'POST' })).status).toBe(404)
    },
  )

  it.each(['../package.json', '..%2f..%2fetc/passwd', 'constructor', '__proto__', 'page/'])(
    'has no file %s',
    async path => expect((await ask(root() + path)).status).toBe(404),
  )

  it('answers what its own page posts, and nothing that is not understood', async () => {
    const { status, text } = await tell({ body: 'hello' })
    expect([status, JSON.parse(text)]).toEqual([200, { told: 'hello' }])
    expect((await ask(`${root()}other`, { method: 'POST', body: 'hello' })).status).toBe(400)
    expect((await tell({ method: 'PUT' })).status).toBe(405)
  })

  it('answers by the names of this machine, on any port that a tunnel has', async () => {
    for (const host of ['localhost:9', '127.0.0.1', 'localhost'])
      expect((await tell({ headers: { host, origin: `http://${host}` } })).status).toBe(200)
  })

  it('hears no other site, even one that knows the path or lets its name point here', async () => {
    const before = posts.length
    const { host } = new URL(serving.url)
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost:1' },
      { host: 'evil.example', origin: 'http://evil.example' },
      { host: `${host}.evil.example` },
    ])
      expect((await tell({ headers })).status).toBe(403)
    expect(posts).toHaveLength(before)
  })

  it('reads no more than a result can have', async () => {
    const before = posts.length
    const headers = { 'content-length': String(2 ** 27) }
    expect((await tell({ headers, body: '' })).status).toBe(413)
    expect(posts).toHaveLength(before)
  })
})
