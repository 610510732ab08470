import { execFileSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, read, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { patientOutput } from '../../../src/ui/dashboard/patient-output.js'

let folder: string
let fd: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-fifo-'))
  execFileSync('mkfifo', [join(folder, 'fifo')])
  // Open on both sides, so that it holds what it can and takes no more until somebody reads.
  fd = openSync(join(folder, 'fifo'), constants.O_RDWR)
})
afterEach(() => {
  closeSync(fd)
  rmSync(folder, { recursive: true })
})

function terminal() {
  return Object.assign(new EventEmitter(), { fd, columns: 80, rows: 24 })
}

/** Reads so many bytes without keeping others from work. */
async function taken(bytes: number): Promise<string> {
  const buffer = Buffer.alloc(bytes)
  for (let done = 0; done < bytes; )
    done += (await promisify(read)(fd, buffer, done, bytes - done, null)).bytesRead
  return buffer.toString()
}

it('does not make one wait for a terminal that takes nothing, and loses nothing', async () => {
  const output = patientOutput(terminal())
  const frame = 'x'.repeat(300_000)
  expect(output.write(frame)).toBe(false)
  expect(output.write('the end')).toBe(false)
  // Others are served meanwhile.
  await new Promise(resolve => setImmediate(resolve))
  expect(output.isBusy?.()).toBe(true)
  const free = new Promise<void>(resolve => output.onceFree?.(resolve))
  expect((await taken(frame.length)) === frame).toBe(true)
  expect(await taken(7)).toBe('the end')
  await free
  expect(output.isBusy?.()).toBe(false)
})

it('writes what is last at once', async () => {
  const output = patientOutput(terminal())
  output.writeLast?.('restored')
  expect(await taken(8)).toBe('restored')
})

it('bears a terminal that has gone', async () => {
  const gone = patientOutput(Object.assign(new EventEmitter(), { fd: 999_999, columns: 80, rows: 24 }))
  const free = new Promise<void>(resolve => gone.onceFree?.(resolve))
  gone.write('nobody sees it')
  await free
  expect(() => gone.writeLast?.('nor this')).not.toThrow()
})
