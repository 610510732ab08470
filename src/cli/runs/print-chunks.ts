import { pipeline } from 'node:stream/promises'

/** Writes to stdout what comes in parts, no faster than it is read, until its reader has had enough. */
export async function printChunks(chunks: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(chunks, process.stdout, { end: false })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error
  }
}

/** The text of a JSON document whose last entry is a list that comes in parts, as JSON.stringify would write it. */
export async function* documentWith(
  head: Readonly<Record<string, unknown>>,
  name: string,
  pages: AsyncIterable<readonly unknown[]>,
): AsyncGenerator<string> {
  const empty = JSON.stringify({ ...head, [name]: [] }, null, 2)
  yield empty.slice(0, -']\n}'.length)
  let before = ''
  for await (const page of pages)
    for (const item of page) {
      yield `${before}\n    ${JSON.stringify(item, null, 2).replaceAll('\n', '\n    ')}`
      before = ','
    }
  yield before === '' ? ']\n}\n' : '\n  ]\n}\n'
}
