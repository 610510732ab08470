import { chooseBackend } from '../../tensor/backend.js'
import { exitCodes } from '../options/error.js'
import { diagnose, type Finding } from './diagnose.js'

/** `pare doctor`: what a search would find on this machine. Ends with 1 where it could not run. */
export async function doctorCommand(options: { readonly json: boolean }): Promise<void> {
  const findings = await diagnose()
  const well = findings.every(({ state }) => state !== 'missing')
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ well, backend: chooseBackend('auto'), findings: Object.fromEntries(findings.map(named)) }, null, 2)}\n`
      : `${findings.map(line).join('\n')}\n`,
  )
  if (!well) process.exitCode = exitCodes.failed
}

function named({ name, ...rest }: Finding): readonly [string, Omit<Finding, 'name'>] {
  return [name, rest]
}

function line({ name, state, found, advice }: Finding): string {
  return `${state.padEnd(8)} ${name}: ${found}${advice === null ? '' : `; ${advice}`}`
}
