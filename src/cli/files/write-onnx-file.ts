import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { LARGEST_FILE } from '../../formats/onnx/limits.js'
import { splitOnnx } from '../../formats/onnx/split.js'
import { weightBytes, writeOnnx } from '../../formats/onnx/write.js'
import type { Graph } from '../../graph/types.js'
import { writeWhole } from '../runs/run-folder.js'
import { sha256 } from './hash.js'

/** What nodes, names and shapes may take beside the weights before one file is too small for both. */
const ROOM_FOR_STRUCTURE = 2 ** 26

/** The largest weights that one file is written for. */
const LARGEST_WEIGHTS = LARGEST_FILE - ROOM_FOR_STRUCTURE

/** A system call takes no more than 2 GB at once. */
const LARGEST_WRITE = 2 ** 30

/** What was written, and what the check before it found. */
export interface Written<T> {
  readonly checked: T
  /** Bytes of all files. */
  readonly bytes: number
}

/** What must hold before a model takes its place; it is given the model, or its path where it is split over files. */
export type Check<T> = (model: Uint8Array | string) => Promise<T>

/**
 * Writes a model to `out`, whole or not at all. Weights that one file cannot hold go to `<out>.<hash>.data` beside it: the
 * name changes with the weights, so that a model that is replaced is never seen with those of its successor. Its own stay:
 * a copy of it may need them.
 * @param largest weights of more bytes than this go to a file of their own
 */
export async function writeOnnxFile<T>(
  out: string,
  graph: Graph,
  check: Check<T>,
  largest = LARGEST_WEIGHTS,
): Promise<Written<T>> {
  if (weightBytes(graph) > largest) return writeSplit(out, graph, check)
  const bytes = writeOnnx(graph)
  const checked = await check(bytes)
  writeWhole(out, bytes)
  return { checked, bytes: bytes.length }
}

async function writeSplit<T>(out: string, graph: Graph, check: Check<T>): Promise<Written<T>> {
  const { data, model } = splitOnnx(graph)
  const name = `${basename(out)}.${sha256(...data).slice(0, 16)}.data`
  const bytes = model(name)
  const beside = `${out}.tmp`
  const dataFile = join(dirname(out), name)
  const isNew = !existsSync(dataFile)
  try {
    writePieces(dataFile, data)
    writeWhole(beside, bytes)
    const checked = await check(beside)
    renameSync(beside, out)
    return { checked, bytes: data.reduce((sum, piece) => sum + piece.length, bytes.length) }
  } catch (error) {
    rmSync(beside, { force: true })
    if (isNew) rmSync(dataFile, { force: true })
    throw error
  }
}

function writePieces(file: string, pieces: readonly Uint8Array[]): void {
  const beside = `${file}.tmp`
  const handle = openSync(beside, 'w')
  try {
    for (const piece of pieces)
      for (let done = 0; done < piece.length; )
        done += writeSync(handle, piece, done, Math.min(piece.length - done, LARGEST_WRITE))
  } finally {
    closeSync(handle)
  }
  renameSync(beside, file)
}
