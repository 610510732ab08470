import { createReadStream, createWriteStream, mkdirSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'

/** A file of an archive (APPNOTE.TXT 6.3.10, section 4.3.12). */
interface Entry {
  readonly name: string
  readonly deflated: boolean
  readonly packed: number
  /** Where its local header starts. */
  readonly offset: number
}

const END = 0x06054b50
const END_SIZE = 22

/** Unpacks the files of a zip archive that `wanted` names into a folder. @throws Error where it is no plain zip archive. */
export async function unzip(file: string, folder: string, wanted: (name: string) => boolean): Promise<void> {
  const archive = await open(file)
  try {
    for (const entry of await entriesOf(archive)) {
      if (!entry.name.endsWith('/') && wanted(entry.name)) await unpack(file, archive, entry, folder)
    }
  } finally {
    await archive.close()
  }
}

async function read(archive: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await archive.read(Buffer.alloc(length), 0, length, position)
  if (bytesRead < length) throw new Error('the archive is cut short')
  return buffer
}

async function entriesOf(archive: FileHandle): Promise<readonly Entry[]> {
  const { size } = await archive.stat()
  if (size < END_SIZE) throw new Error('the archive is cut short')
  // Wheels have no comment, so the end record is the last thing in the file.
  const end = await read(archive, size - END_SIZE, END_SIZE)
  if (end.readUInt32LE(0) !== END) throw new Error('no zip archive')
  const directory = await read(archive, end.readUInt32LE(16), end.readUInt32LE(12))
  const entries: Entry[] = []
  for (let at = 0; at < directory.length; ) {
    const [name, extra, comment] = [28, 30, 32].map(field => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ]
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + name),
      deflated: directory.readUInt16LE(at + 10) !== 0,
      packed: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    })
    at += 46 + name + extra + comment
  }
  return entries
}

async function unpack(file: string, archive: FileHandle, entry: Entry, folder: string): Promise<void> {
  const target = resolve(folder, entry.name)
  if (!target.startsWith(resolve(folder) + sep)) throw new Error(`${entry.name} leaves the folder`)
  mkdirSync(dirname(target), { recursive: true })
  const header = await read(archive, entry.offset, 30)
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const output = createWriteStream(target)
  if (entry.packed === 0) {
    output.end()
    return
  }
  const input = createReadStream(file, { start, end: start + entry.packed - 1 })
  await (entry.deflated ? pipeline(input, createInflateRaw(), output) : pipeline(input, output))
}
