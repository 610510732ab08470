import { initBackend } from '../src/tensor/backend.js'
import { trainingOf } from './training.js'
await initBackend('tensorflow')
const batch=+(process.argv[2]??8)
const t=trainingOf(process.argv[3]??'test/fixtures/models/lenet5.onnx',batch,true)
const m=()=>{ global.gc?.(); const u=process.memoryUsage(); return [u.rss,u.heapUsed,u.external,u.arrayBuffers].map(x=>(x/2**20).toFixed(1)).join(' ') }
for(let i=0;i<100;i++) t.step()
for(let k=0;k<5;k++){ console.log(batch, 'rss heap ext ab', m()); for(let i=0;i<100;i++) t.step() }
