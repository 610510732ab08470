/**
 * Damaged model files by the thousand: each must load or be refused in one clear line, in a watched process. Prints a line
 * a failure and a summary; ends with code 1 if there was a failure.
 *
 *   npx tsx bench/fuzz.ts [--cases 10000] [--seed 1] [--from 0]
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { fuzzCase } from '../test/fuzz/cases.js'
import { WatchedLoader } from '../test/fuzz/watched.js'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    /** A file for the bytes of the last failure. */
    keep: { type: 'string' },
  },
})
const first = Number(values.from)
const loader = new WatchedLoader()
const counts = { loaded: 0, refused: 0, bug: 0 }
for (let number = first; number < first + Number(values.cases); number++) {
  const { name, bytes } = fuzzCase(Number(values.seed), number)
  const { kind, reason } = await loader.load(bytes)
  counts[kind]++
  if (kind !== 'bug') continue
  console.log(`${name}: ${JSON.stringify(reason)}`)
  if (values.keep !== undefined) writeFileSync(values.keep, bytes)
}
loader.close()
console.log(`${counts.loaded} loaded, ${counts.refused} refused, ${counts.bug} failures`)
if (counts.bug > 0) process.exitCode = 1
