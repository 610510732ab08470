import { parse } from 'yaml'
import * as z from 'zod'
import { DataError } from '../../data/error.js'
import { readBytes } from '../../data/files.js'
import type { Device, Sheet } from '../../latency/profile.js'
import { energyCosts, label, roofline } from '../../latency/profile-schema.js'
import { writeProfile } from './file.js'

/** What a data sheet's YAML file says: the device, where its figures are from, and one kind of figures. */
const sheetFile = z
  .strictObject({
    device: label,
    source: label,
    roofline: roofline.optional(),
    energy: energyCosts.optional(),
  })
  .refine(({ roofline, energy }) => (roofline === undefined) !== (energy === undefined), {
    message: 'expected either roofline or energy',
  })

/** `pare profile sheet`: the profile of hardware that is known by its published figures only. */
export async function sheetCommand(
  file: string,
  { out, overwrite }: { readonly out: string; readonly overwrite: boolean },
): Promise<void> {
  const { device, sheet } = readSheet(file)
  await writeProfile(out, device, overwrite ? 'replaced' : 'refused', store =>
    store.add({ networks: [], layers: [], sheet }),
  )
  process.stdout.write(`${out}\n`)
}

/** @throws DataError naming the file and the key that is wrong. */
export function readSheet(file: string): { readonly device: Device; readonly sheet: Sheet } {
  const parsed = sheetFile.safeParse(readYaml(file))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const key = issue?.path.join('.') ?? ''
    throw new DataError(`${file}: ${key === '' ? '' : `${key}: `}${issue?.message ?? 'is wrong'}`)
  }
  const { device: name, source: runtime, roofline, energy } = parsed.data
  if (energy !== undefined)
    return { device: { name, runtime, threads: 1, unit: 'mJ' }, sheet: { kind: 'energy', energy } }
  if (roofline !== undefined)
    return { device: { name, runtime, threads: 1, unit: 'ms' }, sheet: { kind: 'roofline', roofline } }
  throw new DataError(`${file}: expected either roofline or energy, found neither`)
}

function readYaml(file: string): unknown {
  try {
    return parse(new TextDecoder().decode(readBytes(file)))
  } catch (cause) {
    if (cause instanceof DataError) throw cause
    const found = cause instanceof Error ? cause.message.split('\n')[0] : 'none'
    throw new DataError(`${file}: expected YAML, found ${found}`, { cause })
  }
}
