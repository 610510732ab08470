import { type Command, Option } from 'commander'
import type * as z from 'zod'
import { UsageError } from './error.js'
import { optionName } from './options.js'

/** A whole number from a flag. */
export function wholeFlag(text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`expected a whole number, found ${text}`)
  const number = Number(text)
  // Beyond 2^53 a number is another than was written.
  if (!Number.isSafeInteger(number))
    throw new UsageError(`expected a whole number up to ${Number.MAX_SAFE_INTEGER}, found ${text}`)
  return number
}

/** What stands behind a flag whose value is not a single one. */
const placeholders: Readonly<Record<string, string>> = {
  budget: '<KIND=VALUE...>',
  profile: '<FILE...>',
  pin: '<LAYER...>',
  freeze: '<LAYER...>',
  float: '<LAYER...>',
  rank: '<LAYER=RANK...>',
  dropBlock: '<NODE...>',
  browser: '[PATH]',
}

/** Gives a command the flags that its schema lists, and no other. */
export function withFlags(command: Command, options: z.ZodObject): Command {
  for (const [key, schema] of Object.entries(options.shape as Record<string, z.ZodType>)) {
    if (key === 'model') continue
    const filled = schema.safeParse(undefined)
    const standard = filled.success ? filled.data : undefined
    const told = typeof standard === 'string' || typeof standard === 'number'
    const fallback = told ? ` (default: ${standard})` : ''
    const value = typeof standard === 'boolean' ? '' : ` ${placeholders[key] ?? '<value>'}`
    command.addOption(new Option(`${optionName(key)}${value}`, `${schema.description ?? ''}${fallback}`))
  }
  return command
}
