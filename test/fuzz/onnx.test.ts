import { afterAll, expect, it } from 'vitest'
import { fuzzCase } from './cases.js'
import { WatchedLoader } from './watched.js'

/** Every kind of damage a few times; `bench/fuzz.ts` runs thousands. */
const CASES = 112

const loader = new WatchedLoader()
afterAll(() => loader.close())

it(`loads ${CASES} damaged model files or refuses each in one clear line`, async () => {
  for (let number = 0; number < CASES; number++) {
    const { name, bytes } = fuzzCase(1, number)
    const { kind, reason } = await loader.load(bytes)
    expect(kind, `${name}: ${reason}`).not.toBe('bug')
  }
})
