/** Models whose weights stand in files beside them. ONNX Runtime, given the path, is the oracle for those that are sound. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { openOnnx } from '../../../src/formats/onnx/open.js'
import { ModelProtoSchema } from '../../../src/formats/onnx/proto/onnx_pb.js'
import { readOnnx } from '../../../src/formats/onnx/read.js'
import { splitOnnx } from '../../../src/formats/onnx/split.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { emptyFolder } from '../../fixtures/folder.js'
import { loadModel } from '../../fixtures/models.js'
import { outputsOf } from '../../fixtures/twin.js'
import { noiseInputs } from '../../fixtures/worst-twin.js'

const graph = loadModel('lenet5')

/** A folder with the model and its weights in two files; `change` may alter what the model says of its largest weight. */
function folderWithModel(change: (place: Map<string, string>) => void = () => {}): string {
  const folder = emptyFolder()
  const { data, model } = splitOnnx(graph)
  writeFileSync(join(folder, 'weights'), Buffer.concat(data))
  const message = fromBinary(ModelProtoSchema, model('weights'))
  const [weight] = (message.graph?.initializer ?? []).filter(tensor => tensor.externalData.length > 0)
  const place = new Map(weight?.externalData.map(({ key, value }) => [key, value]))
  change(place)
  weight?.externalData.forEach(entry => {
    entry.value = place.get(entry.key) ?? ''
  })
  if (weight !== undefined) weight.externalData = weight.externalData.filter(({ key }) => place.has(key))
  writeFileSync(join(folder, 'model.onnx'), toBinary(ModelProtoSchema, message))
  return folder
}

const opened = (folder: string) => openOnnx(readFileSync(join(folder, 'model.onnx')), folder)

const outputs = (model: Uint8Array | string) => outputsOf(model, noiseInputs(graph))

describe('a model in two files', () => {
  it('is read as the model in one', async () => {
    expect((await opened(folderWithModel())).graph).toEqual(readOnnx(writeOnnx(graph)))
  })

  it('becomes one file, which runs without the other', async () => {
    const folder = folderWithModel()
    const { bytes } = await opened(folder)
    expect(await outputs(bytes ?? '')).toEqual(await outputs(join(folder, 'model.onnx')))
  })

  it('needs neither an offset nor a length where the data fill the file', async () => {
    const folder = folderWithModel(place => {
      place.delete('length')
      if (place.get('offset') === '0') place.delete('offset')
    })
    expect((await opened(folder)).graph.initializers).toEqual(graph.initializers)
  })

  it('is refused by what knows of one file only', () => {
    const bytes = readFileSync(join(folderWithModel(), 'model.onnx'))
    expect(() => readOnnx(bytes)).toThrow(/its data stand in another file$/)
  })
})

describe('weights that are not where the model says are refused in one line', () => {
  const set = (key: string, value: string) => (place: Map<string, string>) => {
    place.set(key, value)
  }
  it.each([
    ['above the folder', set('location', '../weights'), /outside the model's folder/],
    ['above, by a detour', set('location', 'a/../../weights'), /outside the model's folder/],
    ['the folder itself', set('location', '.'), /outside the model's folder/],
    ['an absolute path', set('location', '/etc/passwd'), /outside the model's folder/],
    ['a drive', set('location', 'C:\\weights'), /outside the model's folder/],
    ['a zero byte', set('location', 'wei\0ghts'), /zero byte/],
    ['no such file', set('location', 'none.bin'), /is missing/],
    ['no name', (place: Map<string, string>) => void place.delete('location'), /that is not named/],
    ['behind the end', set('offset', '999999999'), /ends after \d+ bytes, its data after \d+/],
    ['another length', set('length', '12'), /needs \d+ bytes, its place has 12/],
    ['no number', set('offset', '-1'), /expected a whole number of bytes as its offset, found -1/],
    ['an absurd number', set('offset', '9'.repeat(30)), /expected a whole number of bytes/],
  ])('%s', async (_, change, reason) => {
    await expect(opened(folderWithModel(change))).rejects.toThrow(reason)
  })

  it('a link out of the folder', async () => {
    const outside = join(emptyFolder(), 'weights')
    const folder = folderWithModel(set('location', 'link'))
    writeFileSync(outside, readFileSync(join(folder, 'weights')))
    symlinkSync(outside, join(folder, 'link'))
    await expect(opened(folder)).rejects.toThrow(/outside the model's folder/)
  })

  it('a folder', async () => {
    const folder = folderWithModel(set('location', 'sub'))
    mkdirSync(join(folder, 'sub'))
    await expect(opened(folder)).rejects.toThrow(/is no file/)
  })

  it('a small file that many weights claim', async () => {
    const folder = emptyFolder()
    const { data, model } = splitOnnx(graph)
    writeFileSync(join(folder, 'weights'), Buffer.concat(data))
    const message = fromBinary(ModelProtoSchema, model('weights'))
    const [weight] = (message.graph?.initializer ?? []).filter(tensor => tensor.externalData.length > 0)
    for (let i = 1; i < 1000; i++) {
      const externalData = (weight?.externalData ?? []).map(entry =>
        entry.key === 'offset' ? { ...entry, value: String(4 * i) } : entry,
      )
      message.graph?.initializer.push({ ...weight!, name: `copy ${i}`, externalData })
    }
    writeFileSync(join(folder, 'model.onnx'), toBinary(ModelProtoSchema, message))
    await expect(opened(folder)).rejects.toThrow(/the weights claim \d+/)
  })
})
