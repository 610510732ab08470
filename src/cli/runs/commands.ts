import { type Command, Option } from 'commander'
import { trialFormats } from './trial-formats.js'

/** Adds the commands about a run's files: as a page, to another machine, off the disk, and to other programs. */
export function addRunFileCommands(program: Command): void {
  program
    .command('report')
    .description('write a run or a comparison as one HTML page, with plots, that opens without a network')
    .argument('<RUN>', 'name under runs/, or a folder; also one under way, or that failed')
    .option('--out <file>', 'file to write (default: report.html in its folder)')
    .option('--overwrite', 'replace a file that is there', false)
    .action(async (run, options) => (await import('../report/report.js')).reportCommand(run, options))

  program
    .command('export-run')
    .description('write a run as one file, also while it is worked on')
    .argument('<RUN>', 'name under runs/, or a folder')
    .requiredOption('--out <file>', 'file to write, a gzipped tar archive')
    .option('--overwrite', 'replace a file that is there', false)
    .action(async (run, options) => (await import('./export-run.js')).exportRunCommand(run, options))

  program
    .command('import-run')
    .description('make a run of a file that export-run wrote; show, watch or resume it as any')
    .argument('<FILE>', 'what pare export-run wrote')
    .option('--run <name>', 'name under runs/, or a folder (default: what it was called)')
    .action(async (file, options) => (await import('./import-run.js')).importRunCommand(file, options))

  program
    .command('clean')
    .description('delete the models of finalists that were not chosen, of finished runs')
    .argument('[RUN...]', 'names under runs/, or folders (default: all under runs/)')
    .option('--keep-best', 'keep the model of the trial that was chosen', true)
    .option('--no-keep-best', 'delete that of the chosen trial too: best.onnx is the same')
    .option('--dry-run', 'only list what would be deleted', false)
    .option('--json', 'as one JSON document', false)
    .action(async (runs, options) => (await import('./clean.js')).cleanCommand(runs, options))

  program
    .command('trials')
    .description('write all trials of a run as other programs read them')
    .argument('<RUN>', 'name under runs/, or a folder')
    .addOption(
      new Option(
        '--format <name>',
        'a table, JSON Lines, a TensorBoard event file, or a SQLite storage of Optuna',
      )
        .choices(trialFormats)
        .default('csv'),
    )
    .option('--out <path>', 'file to write, or folder for TensorBoard (default: stdout, for csv and jsonl)')
    .option('--overwrite', 'replace a file that is there', false)
    .action(async (run, options) => (await import('./trials.js')).trialsCommand(run, options))
}
