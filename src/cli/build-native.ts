/** `npm run native [-- WHEEL]`: builds the native backend, or says in one line why not. */
import { buildNative, isBuilt } from '../tensor/native/build.js'
import { addonFile } from '../tensor/native/home.js'
import { loadNative } from '../tensor/native/load.js'
import { exitCodes, explain } from './options/error.js'

const [wheel = null] = process.argv.slice(2)
try {
  if (!isBuilt() || wheel !== null) await buildNative(step => process.stderr.write(`${step}\n`), wheel)
  process.stdout.write(`native TensorFlow ${loadNative()}: ${addonFile()}\n`)
} catch (error) {
  process.stderr.write(`pare: ${explain(error).line}\n`)
  process.exitCode = exitCodes.failed
}
