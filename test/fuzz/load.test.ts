import { afterAll, expect, it } from 'vitest'
import { familyNames, fuzzCase } from './cases.js'
import { WatchedLoader } from './watched.js'

/** Every kind of damage at least once; `bench/fuzz.ts` runs thousands. */
const CASES = 30

const loader = new WatchedLoader()
afterAll(() => loader.close())

it.each(familyNames)(`loads ${CASES} damaged models or refuses each in one clear line: %s`, async family => {
  for (let number = 0; number < CASES; number++) {
    const model = fuzzCase(family, 1, number)
    const { kind, reason } = await loader.load(model)
    expect(kind, `${model.name}: ${reason}`).not.toBe('bug')
  }
})
