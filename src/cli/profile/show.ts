import { familyOf, type LayerConfig } from '../../latency/layer-config.js'
import { createPredictor, type Predictor } from '../../latency/predictor.js'
import type { Device, DeviceProfile } from '../../latency/profile.js'
import { openProfile, type ProfileContents } from '../../store/profile-store.js'
import { oneLine, percent, whole } from '../../ui/format.js'
import { plainTable } from '../../ui/table.js'

/** `pare profile show`: the device, what is known of it, and how well networks are predicted, if that is known. */
export async function showProfileCommand(file: string, { json }: { readonly json: boolean }): Promise<void> {
  const store = await openProfile(file, null)
  try {
    const contents = await store.contents()
    const shown = summaryOf(store.device, contents, await store.profile())
    process.stdout.write(json ? `${JSON.stringify({ file, ...shown }, null, 2)}\n` : `${textOf(shown)}\n`)
  } finally {
    await store.close()
  }
}

function summaryOf(device: Device, { networks, layers, sheet }: ProfileContents, profile: DeviceProfile) {
  const configs = [...networks.flatMap(network => network.layers), ...layers].map(({ config }) => config)
  return {
    device,
    kind: profile.kind,
    sheet,
    networks: countsOf(networks.map(({ model }) => model)),
    layers: layers.length,
    families: countsOf(configs.map(familyOf)),
    bits: { weights: bitsOf(configs, 'weightBits'), activations: bitsOf(configs, 'activationBits') },
    predictor: errorOf(profile),
  }
}

/** How often each name occurs, in the order of the first. */
function countsOf(names: readonly string[]) {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, n]) => ({ name, n }))
}

function bitsOf(configs: readonly LayerConfig[], of: 'weightBits' | 'activationBits'): readonly number[] {
  return [...new Set(configs.map(config => config[of]))].sort((a, b) => a - b)
}

/** The error on networks that were left out of the fit; null where it is not known, as of single layers and data sheets. */
function errorOf(profile: DeviceProfile): Extract<Predictor, { kind: 'fitted' }>['error'] {
  if (profile.kind !== 'measured') return null
  const predictor = createPredictor(profile)
  return predictor.kind === 'fitted' ? predictor.error : null
}

function textOf({
  device,
  kind,
  sheet,
  networks,
  layers,
  families,
  predictor,
}: ReturnType<typeof summaryOf>) {
  const table = plainTable(['device', device.name], ['left', 'left'])
  const threads = `${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`
  table.push(
    sheet === null ? ['runtime', `${device.runtime}, ${threads}`] : ['source', device.runtime],
    ['unit', device.unit],
    ['kind', kind],
  )
  if (sheet?.kind === 'roofline') table.push(...figuresOf({ ...sheet.roofline }))
  else if (sheet?.kind === 'energy') table.push(...figuresOf({ ...sheet.energy }))
  else {
    table.push([
      'networks',
      networks.map(({ name, n }) => `${oneLine(name)}: ${whole(n)}`).join('\n') || 'none',
    ])
    table.push(['single layers', whole(layers)])
    table.push([
      'layers of each kind',
      families.map(({ name, n }) => `${oneLine(name)}: ${whole(n)}`).join('\n'),
    ])
    const error =
      predictor === null ? 'not known' : `${percent(predictor.error, 1)} of ${predictor.n} networks`
    table.push(['error of predictions', error])
    if (predictor !== null) table.push(['rank correlation', predictor.rank.toFixed(3)])
  }
  return table.toString()
}

/** Figures of a data sheet, those by bits on a line each. */
function figuresOf(figures: Readonly<Record<string, number | Readonly<Record<string, number>>>>) {
  return Object.entries(figures).map(([name, figure]) => [
    name,
    typeof figure === 'number'
      ? String(figure)
      : Object.entries(figure)
          .map(([bits, value]) => `${bits} bits: ${value}`)
          .join('\n'),
  ])
}
