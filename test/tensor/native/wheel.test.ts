import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { tensorflow } from '../../../src/tensor/native/home.js'
import { unzip } from '../../../src/tensor/native/unzip.js'
import { fetchWheel } from '../../../src/tensor/native/wheel.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-wheel-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A zip archive of files, deflated where it says so (APPNOTE.TXT 6.3.10; checksums, which nobody reads here, are 0). */
function zip(
  files: readonly { readonly name: string; readonly text: string; readonly deflate: boolean }[],
): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, text, deflate } of files) {
    const packed = deflate ? deflateRawSync(text) : Buffer.from(text)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(deflate ? 8 : 0, 10)
    central.writeUInt32LE(packed.length, 20)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE(offset, 42)
    parts.push(local, Buffer.from(name), packed)
    directory.push(central, Buffer.from(name))
    offset += 30 + name.length + packed.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}

describe('unzip', () => {
  const write = (name: string, bytes: Uint8Array) => {
    const file = join(folder, name)
    writeFileSync(file, bytes)
    return file
  }

  it('unpacks what is wanted, packed or not, and nothing else', async () => {
    const text = 'lib'.repeat(10_000)
    const file = write(
      'a.zip',
      zip([
        { name: 'tf/a.so', text, deflate: true },
        { name: 'tf/b.h', text: 'header', deflate: false },
        { name: 'tf/c.py', text: 'no', deflate: true },
      ]),
    )
    await unzip(file, join(folder, 'a'), name => !name.endsWith('.py'))
    expect(readFileSync(join(folder, 'a/tf/a.so'), 'utf8')).toBe(text)
    expect(readFileSync(join(folder, 'a/tf/b.h'), 'utf8')).toBe('header')
    expect(() => readFileSync(join(folder, 'a/tf/c.py'))).toThrow('ENOENT')
  })

  it('refuses a name that leaves the folder', async () => {
    const file = write('b.zip', zip([{ name: '../b.txt', text: 'x', deflate: false }]))
    await expect(unzip(file, join(folder, 'b'), () => true)).rejects.toThrow('../b.txt leaves the folder')
  })

  it.each([
    ['an empty file', Buffer.alloc(0), 'cut short'],
    ['an error page', Buffer.from('<html>not what was asked for</html>'), 'no zip archive'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(unzip(write('c.zip', bytes), join(folder, 'c'), () => true)).rejects.toThrow(message)
  })
})

describe('fetching the wheel', () => {
  let server: Server
  let page: string

  beforeEach(async () => {
    page = `<a href="/files/${tensorflow.wheel}#sha256=0">wheel</a>`
    server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(request.url === `/simple/${tensorflow.project}/` ? page : `file ${request.url}`)
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    vi.stubEnv('PIP_INDEX_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`)
  })

  afterEach(() => {
    vi.unstubAllEnvs()
    server.close()
  })

  it('asks the index that pip would, and refuses a file that is not the one pinned', async () => {
    const target = join(folder, 'wheel')
    await expect(fetchWheel(target)).rejects.toThrow(/expected tensorflow_cpu-2\.13\.1-.* found [0-9a-f]{64}/)
    expect(readFileSync(target, 'utf8')).toBe(`file /files/${tensorflow.wheel}`)
  })

  it('says that the index lacks it', async () => {
    page = '<a href="/files/other.whl">other</a>'
    await expect(fetchWheel(join(folder, 'none'))).rejects.toThrow(`does not have ${tensorflow.wheel}`)
  })

  it('says that the index does not answer', async () => {
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:1/simple')
    await expect(fetchWheel(join(folder, 'none'))).rejects.toThrow(/the package index does not answer: http/)
  })
})
