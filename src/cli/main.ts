#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander'
import { exitCodes, explain, UsageError } from './error.js'
import { optionName, searchOptions } from './search-options.js'
import { pareVersion } from './version.js'

// Each command loads its code when it is called: TF.js and ONNX Runtime take a second, which `pare list` need not wait.
const program = new Command('pare')
  .description('Compress a trained neural network to a budget, by search')
  .version(pareVersion())
  .showHelpAfterError('(pare --help lists the commands)')
  .exitOverride()

/** A whole number from a flag. */
function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`expected a whole number, found ${text}`)
  return Number(text)
}

/** `pare search` has the flags that its schema lists, and no other. */
function searchProgram(): Command {
  const command = program
    .command('search')
    .description('search for the best network within a budget')
    .argument('[MODEL]', 'trained network, .onnx')
  for (const [key, schema] of Object.entries(searchOptions.shape)) {
    if (key === 'model') continue
    const filled = schema.safeParse(undefined)
    const flag = filled.success && typeof filled.data === 'boolean'
    const fallback = filled.success && !flag && filled.data !== undefined ? ` (default: ${filled.data})` : ''
    const value = key === 'budget' ? ' <KIND=VALUE...>' : ' <value>'
    command.addOption(
      new Option(`${optionName(key)}${flag ? '' : value}`, `${schema.description ?? ''}${fallback}`),
    )
  }
  return command
    .option('--recipe <file>', 'YAML file with the same keys; flags win over it')
    .action(async (model: string | undefined, { recipe, ...flags }: Record<string, unknown>) =>
      (await import('./search.js')).searchCommand(
        model === undefined ? flags : { model, ...flags },
        typeof recipe === 'string' ? recipe : undefined,
      ),
    )
}

searchProgram()

program
  .command('resume')
  .description('go on with a run that was stopped or killed')
  .argument('<RUN>', 'name under runs/, or a folder')
  .option('--workers <n>', 'worker threads', whole)
  .option('--data <path>', 'where the data set is now')
  .option('--any-machine', 'go on although the machine or a version differs', false)
  .option('--json', 'print the result as one JSON document', false)
  .option('--plain', 'plain lines instead of the dashboard', false)
  .action(async (run, options) => (await import('./resume.js')).resumeCommand(run, options))

program
  .command('watch')
  .description('watch a run that another process works on, or replay one that ended')
  .argument('<RUN>', 'name under runs/, or a folder')
  .option('--plain', 'plain lines instead of the dashboard', false)
  .action(async (run, options) => (await import('./watch.js')).watchCommand(run, options))

program
  .command('list')
  .description('list the runs under runs/')
  .option('--json', 'as JSON', false)
  .action(async options => (await import('./list.js')).listCommand(options))

program
  .command('show')
  .description('show the result of a run')
  .argument('<RUN>', 'name under runs/, or a folder')
  .option('--json', 'with the whole history, as JSON', false)
  .action(async (run, options) => (await import('./show.js')).showCommand(run, options))

program
  .command('export')
  .description('write the model that a run chose to a file')
  .argument('<RUN>', 'name under runs/, or a folder')
  .requiredOption('--out <path>', 'file to write, .onnx')
  .option('--trial <n>', 'a finalist other than the chosen one', whole)
  .action(async (run, options) => (await import('./export.js')).exportCommand(run, options))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.badInput
  else {
    const { code, line } = explain(error)
    process.stderr.write(`pare: ${line}\n`)
    process.exitCode = code
  }
}
