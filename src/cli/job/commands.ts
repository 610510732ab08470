import { type Command, Option } from 'commander'
import { withFlags } from '../options/flags.js'
import { resumeOptions } from './work.js'

const runHelp = 'name under runs/, or a folder'

/** Adds the commands about the process that works on a run. */
export function addJobCommands(program: Command): void {
  withFlags(
    program
      .command('resume')
      .description('go on with a run that was paused, stopped or killed')
      .argument('<RUN>', runHelp),
    resumeOptions.omit({ data: true, backend: true, anyMachine: true }),
  )
    .option('--data <path>', 'where the data set is now')
    .addOption(
      new Option('--backend <name>', 'what trains from here on, if another than so far').choices([
        'tensorflow',
        'wasm',
      ]),
    )
    .option('--any-machine', 'go on although the machine or a version differs', false)
    .option('--json', 'print the result as one JSON document', false)
    .option('--plain', 'plain lines instead of the dashboard', false)
    .option('--detach', 'leave the run to itself once it goes on', false)
    .action(async (run, flags) => (await import('../search/resume.js')).resumeCommand(run, flags))

  program
    .command('watch')
    .description('watch a run that another process works on, or replay one that ended')
    .argument('<RUN>', runHelp)
    .option('--plain', 'plain lines instead of the dashboard', false)
    .action(async (run, options) => (await import('../runs/watch.js')).watchCommand(run, options))

  program
    .command('pause')
    .description('let the trials of a run that are under way end, and begin no more until pare resume')
    .argument('<RUN>', runHelp)
    .action(async run => (await import('./request.js')).pauseCommand(run))

  program
    .command('stop')
    .description('save a run and end the process that works on it, wherever that is shown')
    .argument('<RUN>', runHelp)
    .action(async run => (await import('./request.js')).stopCommand(run))
}
