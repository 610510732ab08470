import type { Command } from 'commander'

/** Adds the commands that take a run's folder as files: to another machine, and back. */
export function addRunFileCommands(program: Command): void {
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
}
