import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { tensorflow } from './home.js'

/** How long an index may take to answer, and a download to end, ms. */
const ANSWER_TIMEOUT = 20_000
const DOWNLOAD_TIMEOUT = 600_000

/**
 * Fetches TensorFlow's wheel from the package index (PEP 503) that pip would ask: PIP_INDEX_URL, else PyPI.
 * @throws Error in one line where the index does not answer, lacks the wheel, or gives another file.
 */
export async function fetchWheel(target: string): Promise<void> {
  const index = (process.env.PIP_INDEX_URL || 'https://pypi.org/simple').replace(/\/+$/, '')
  const url = await addressOf(`${index}/${tensorflow.project}/`)
  const { body } = await answer(url, DOWNLOAD_TIMEOUT)
  if (body === null) throw new Error(`${url} is empty`)
  await pipeline(Readable.fromWeb(body), createWriteStream(target))
  await assertWheel(target)
}

/** @throws Error where the file is not the wheel pinned here. */
export async function assertWheel(file: string): Promise<void> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  const found = hash.digest('hex')
  if (found !== tensorflow.sha256)
    throw new Error(`${file}: expected ${tensorflow.wheel} (SHA-256 ${tensorflow.sha256}), found ${found}`)
}

async function addressOf(page: string): Promise<string> {
  const html = await (await answer(page, ANSWER_TIMEOUT)).text()
  const links = [...html.matchAll(/href\s*=\s*["']([^"']+)["']/g)].map(([, link = '']) => link)
  const link = links.find(other => other.split('#')[0]?.endsWith(`/${tensorflow.wheel}`))
  if (link === undefined) throw new Error(`${page} does not have ${tensorflow.wheel}`)
  const url = new URL(link.replaceAll('&amp;', '&'), page)
  url.hash = ''
  return url.href
}

async function answer(url: string, timeout: number): Promise<Response> {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  const headers = { ...authorization(new URL(url)), accept: 'text/html, */*' }
  let response: Response
  try {
    response = await fetch(shown, { headers, signal: AbortSignal.timeout(timeout) })
  } catch (cause) {
    throw new Error(`the package index does not answer: ${shown.href}`, { cause })
  }
  if (!response.ok) throw new Error(`${shown.href} answers ${response.status} ${response.statusText}`)
  return response
}

/** Name and password in an address, which fetch takes only as a header. */
function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}
