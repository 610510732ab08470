/**
 * Damaged models by the thousand: each must load or be refused in one clear line, in a watched process. Prints a line a
 * failure and a summary of each family; ends with code 1 if there was a failure.
 *
 *   npx tsx bench/fuzz.ts [--family onnx|operators|tfjs|pare] [--cases 10000] [--seed 1] [--from 0] [--keep DIR] [--slow 5]
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { familyNames, fuzzCase } from '../test/fuzz/cases.js'
import { WatchedLoader, writeFiles } from '../test/fuzz/watched.js'

const { values } = parseArgs({
  options: {
    /** All of them, one after the other, where it is left out. */
    family: { type: 'string' },
    /** Of each family. */
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    /** A folder for the models of the failures, each in one of its own. */
    keep: { type: 'string' },
    /** Seconds from which on a case is printed though it did not fail. */
    slow: { type: 'string', default: '5' },
  },
})
const first = Number(values.from)
const loader = new WatchedLoader()
for (const family of familyNames.filter(name => values.family === undefined || name === values.family)) {
  const counts = { loaded: 0, refused: 0, bug: 0 }
  for (let number = first; number < first + Number(values.cases); number++) {
    const model = fuzzCase(family, Number(values.seed), number)
    const start = performance.now()
    const { kind, reason } = await loader.load(model)
    const seconds = (performance.now() - start) / 1000
    counts[kind]++
    if (kind !== 'bug' && seconds >= Number(values.slow))
      console.log(`${model.name}: ${seconds.toFixed(1)} s`)
    if (kind !== 'bug') continue
    process.exitCode = 1
    console.log(`${model.name}: ${JSON.stringify(reason)}`)
    if (values.keep === undefined) continue
    const folder = join(values.keep, `${family}-${values.seed}-${number}`)
    mkdirSync(folder, { recursive: true })
    writeFiles(folder, model)
  }
  console.log(`${family}: ${counts.loaded} loaded, ${counts.refused} refused, ${counts.bug} failures`)
}
loader.close()
