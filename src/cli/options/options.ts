import * as z from 'zod'
import { UsageError } from './error.js'

/** A whole number from a flag or a recipe. */
export const wholeNumber = z.coerce.number().int()

/** What MODEL is, to every command that takes one. */
export const modelHelp = 'trained network, .onnx, .pare or a TF.js model.json'

/** The formats that models are written in. */
export const modelFormats = ['onnx', 'tfjs', 'tfjs-layers', 'pare'] as const

export type ModelFormat = (typeof modelFormats)[number]

/** What OUT is, to every command that writes a model. */
export const outHelp = 'file to write, .onnx, .pare, or .json for a TF.js model'
export const formatHelp =
  'onnx, pare, tfjs (a graph model) or tfjs-layers (a layers model, of a layers model) (default: what the name of the file says)'

/** Checks the options of a command. @throws UsageError naming the option that is missing or wrong. */
export function parseOptions<T extends z.ZodObject>(
  schema: T,
  given: Readonly<Record<string, unknown>>,
): z.infer<T> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  if (issue === undefined) throw new UsageError('the options are wrong')
  if (issue.code === 'unrecognized_keys') throw new UsageError(`unknown option ${issue.keys.join(', ')}`)
  const name = String(issue.path[0])
  throw new UsageError(
    given[name] === undefined ? `${optionName(name)} is missing` : `${optionName(name)}: ${issue.message}`,
  )
}

/** `batchSize` as the command line spells it. */
export function optionName(key: string): string {
  return key === 'model' ? 'MODEL' : `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}
