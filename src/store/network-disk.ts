import { statfsSync } from 'node:fs'

/** File systems of Linux that are not of this machine alone, by the type that statfs tells (statfs(2), linux/magic.h). */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x0bd00bd0, 'Lustre'],
])

/** The kind of network file system that a type is of; null for another. @param type statfs's, signed or not */
export function networkKind(type: number): string | null {
  return NETWORK.get(type >>> 0) ?? null
}

/**
 * One line about a folder on a network file system: SQLite's locks and its write-ahead log, which is shared memory, need
 * all processes of a run to be on one machine. Null where there is nothing to say.
 */
export function networkWarning(folder: string): string | null {
  // Only Linux has these types.
  if (process.platform !== 'linux') return null
  const kind = networkKind(statfsSync(folder).type)
  if (kind === null) return null
  return `${folder} is on a network file system (${kind}): search and watch it from this machine alone, or choose a --run on a local disk`
}
