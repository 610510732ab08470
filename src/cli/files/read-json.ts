import { readBytes } from '../../data/files.js'
import { UsageError } from '../options/error.js'

/** What a JSON file holds, not looked at yet. @throws UsageError, DataError for a file that cannot be read as such. */
export function readJsonFile(file: string): unknown {
  const text = new TextDecoder().decode(readBytes(file))
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${file}: expected JSON, found something else`, { cause })
  }
}
