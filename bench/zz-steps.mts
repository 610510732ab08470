import { initBackend } from '../src/tensor/backend.js'
import { trainingOf } from './training.js'

const [file, backend, n = '20'] = process.argv.slice(2)
await initBackend(backend)
const t = trainingOf(file, 64, false)
for (let i = 0; i < +n; i++) t.step()
