import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { networkKind, networkWarning } from '../../src/store/network-disk.js'

it.each([
  ['NFS', 0x6969, 'NFS'],
  ['CIFS, as a signed number', 0xff534d42 | 0, 'CIFS'],
  ['SMB2, as an unsigned one', 0xfe534d42, 'SMB2'],
  ['FUSE', 0x65735546, 'FUSE'],
  ['ext4', 0xef53, null],
  ['tmpfs', 0x01021994, null],
])('%s is told by its type', (_, type, kind) => {
  expect(networkKind(type)).toBe(kind)
})

it('says nothing of a local folder', () => {
  expect(networkWarning(tmpdir())).toBeNull()
})
