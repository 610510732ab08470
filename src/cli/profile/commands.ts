import { type Command, Option } from 'commander'
import { profileUnits } from '../../latency/profile.js'
import { modelHelp } from '../options/options.js'

/** Adds to `pare profile` what makes, joins and shows device profiles without measuring anything here. */
export function addProfileCommands(profile: Command): void {
  profile
    .command('import')
    .description(
      "add what was measured elsewhere to a device's profile: CSV, or HAQ's table of layers and bits",
    )
    .argument('<FILE>', '.csv of layers, or .npy [layer][weight bits - 1][activation bits - 1]')
    .requiredOption('--out <profile>', 'device profile to write or add to')
    .requiredOption('--device <name>', 'the device that the figures are of')
    .addOption(new Option('--unit <unit>', 'what the figures are in').choices(profileUnits).default('ms'))
    .option('--model <model>', `of an .npy: the network whose layers with weights it lists; ${modelHelp}`)
    .action(async (file, options) => (await import('./import.js')).importCommand(file, options))

  profile
    .command('sheet')
    .description('make the profile of hardware on paper: a roofline, or energies by operation')
    .argument('<FILE>', 'YAML file of published figures')
    .requiredOption('--out <profile>', 'device profile to write')
    .option('--overwrite', 'replace a file that is there', false)
    .action(async (file, options) => (await import('./sheet.js')).sheetCommand(file, options))

  profile
    .command('merge')
    .description('join two profiles of one device; where both know the same, the second wins')
    .argument('<A>', 'device profile')
    .argument('<B>', 'device profile')
    .requiredOption('--out <profile>', 'device profile to write')
    .option('--overwrite', 'replace a file that is there', false)
    .action(async (a, b, options) => (await import('./merge.js')).mergeCommand(a, b, options))

  profile
    .command('show')
    .description('show what a device profile knows, and how well it predicts')
    .argument('<FILE>', 'device profile')
    .option('--json', 'as one JSON document', false)
    .action(async (file, options) => (await import('./show.js')).showProfileCommand(file, options))
}
