import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { DataError } from './error.js'
import { readBytes } from './files.js'
import type { SplitFiles } from './raw.js'

const files = z.strictObject({ images: z.string(), labels: z.string().optional() })

const schema = z.strictObject({
  format: z.literal('idx'),
  train: files,
  val: files.optional(),
  test: files,
  /** x becomes (x / scale - mean) / std, by channel. */
  normalize: z
    .strictObject({
      scale: z.number().positive().default(255),
      mean: z.array(z.number()).nonempty(),
      std: z.array(z.number().positive()).nonempty(),
    })
    .optional(),
  /** Names of the classes, in the order of their numbers. */
  labels: z.array(z.string()).optional(),
})

/** What a data set's manifest says, its files as absolute paths. */
export interface Manifest {
  readonly train: SplitFiles
  readonly val: SplitFiles | null
  readonly test: SplitFiles
  readonly normalization: Normalization | null
  readonly labels: readonly string[] | null
}

/** x becomes (x / scale - mean[c]) / std[c]; one entry stands for all channels. */
export interface Normalization {
  readonly scale: number
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** Reads a YAML manifest; paths in it are relative to it. @throws DataError naming the key that is wrong. */
export function readManifest(file: string): Manifest {
  const text = new TextDecoder().decode(readBytes(file))
  let document: unknown
  try {
    document = parse(text)
  } catch (cause) {
    throw new DataError(
      `${file}: expected YAML, found ${cause instanceof Error ? cause.message.split('\n')[0] : 'none'}`,
      { cause },
    )
  }
  const parsed = schema.safeParse(document)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new DataError(`${file}: ${issue?.path.join('.') || 'manifest'}: ${issue?.message ?? 'is wrong'}`)
  }
  const { train, val, test, normalize, labels } = parsed.data
  const absolute = (split: z.infer<typeof files>): SplitFiles => ({
    images: resolve(dirname(file), split.images),
    labels: split.labels === undefined ? null : resolve(dirname(file), split.labels),
  })
  return {
    train: absolute(train),
    val: val === undefined ? null : absolute(val),
    test: absolute(test),
    normalization: normalize ?? null,
    labels: labels ?? null,
  }
}
