import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { leaveRequest, type Request, requestIn, watchRequests } from '../../src/supervise/control.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-control-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('a request is seen once by who watches, also one that was there before, until it is taken back', async () => {
  leaveRequest(folder, 'pause')
  const seen: (Request | null)[] = []
  const release = watchRequests(folder, request => seen.push(request))
  expect(seen).toEqual(['pause'])
  leaveRequest(folder, null)
  await vi.waitFor(() => expect(seen).toEqual(['pause', null]))
  leaveRequest(folder, 'stop')
  await vi.waitFor(() => expect(seen).toEqual(['pause', null, 'stop']))
  release()
})

it('none, or what nobody understands, is no request', () => {
  leaveRequest(folder, null)
  expect(requestIn(folder)).toBeNull()
  writeFileSync(join(folder, 'control'), 'dance')
  expect(requestIn(folder)).toBeNull()
  leaveRequest(folder, 'stop')
  expect(requestIn(folder)).toBe('stop')
})
