import { isDeepStrictEqual } from 'node:util'
import { openProfile, type ProfileContents } from '../../store/profile-store.js'
import { UsageError } from '../options/error.js'
import { writeProfile } from './file.js'

/** `pare profile merge`: one profile of what two hold of a device; where both know the same, the second wins. */
export async function mergeCommand(
  first: string,
  second: string,
  { out, overwrite }: { readonly out: string; readonly overwrite: boolean },
): Promise<void> {
  const [a, b] = [await readProfile(first), await readProfile(second)]
  if (!isDeepStrictEqual(a.device, b.device)) {
    const [one, other] = [a, b].map(({ device: { name, runtime, unit } }) => `${name} (${runtime}, ${unit})`)
    throw new UsageError(`${second}: expected a profile of ${one} as ${first}, found one of ${other}`)
  }
  if (isMeasured(a.contents) !== isMeasured(b.contents))
    throw new UsageError(`${second}: measurements and a data sheet cannot be merged`)
  await writeProfile(out, a.device, overwrite ? 'replaced' : 'refused', async store => {
    await store.add(a.contents)
    await store.add(b.contents)
  })
  process.stdout.write(`${out}\n`)
}

function isMeasured({ sheet }: ProfileContents): boolean {
  return sheet === null
}

async function readProfile(file: string) {
  const store = await openProfile(file, null)
  try {
    return { device: store.device, contents: await store.contents() }
  } finally {
    await store.close()
  }
}
