import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DataError } from './error.js'
import { readBytes } from './files.js'
import { isNpy, type NpyArray, parseNpy } from './npy.js'
import { isZip, readZip } from './zip.js'

/** Whether a path is of NumPy arrays: an .npz or .npy file, or a folder of .npy files. */
export function isArrays(path: string): boolean {
  if (/\.np[yz]$/.test(path)) return true
  return (
    existsSync(path) && statSync(path).isDirectory() && readdirSync(path).some(name => name.endsWith('.npy'))
  )
}

/**
 * The arrays of a path by their names: entries of an .npz file, or .npy files.
 * @throws DataError in one line.
 */
export function readArrays(path: string): ReadonlyMap<string, NpyArray> {
  if (statSync(path).isDirectory()) {
    const names = readdirSync(path)
      .filter(name => name.endsWith('.npy'))
      .sort()
    return new Map(names.map(name => [nameOf(name), parseNpy(readBytes(join(path, name)), join(path, name))]))
  }
  const bytes = readBytes(path)
  if (isNpy(bytes)) return new Map([[nameOf(basename(path)), parseNpy(bytes, path)]])
  if (!isZip(bytes)) throw new DataError(`${path}: expected a NumPy file (.npy or .npz), found another`)
  return new Map(
    [...readZip(bytes, path)].map(([name, entry]) => [nameOf(name), parseNpy(entry, `${path}: ${name}`)]),
  )
}

function nameOf(file: string): string {
  return file.replace(/\.npy$/, '')
}
