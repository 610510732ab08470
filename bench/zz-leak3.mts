import { initBackend } from '../src/tensor/backend.js'
import { trainingOf } from './training.js'
await initBackend('tensorflow')
const t=trainingOf('test/fixtures/models/lenet5.onnx',64,true)
const m=()=>{ const u=process.memoryUsage(); return [u.rss,u.heapTotal,u.heapUsed,u.external,u.arrayBuffers].map(x=>(x/2**20).toFixed(1)).join(' ') }
for(let i=0;i<50;i++) t.step()
for(let k=0;k<4;k++){ console.log('rss heapTotal heapUsed ext ab', m()); for(let i=0;i<50;i++) { t.step(); await new Promise(r=>setImmediate(r)) } }
console.log('before gc', m()); global.gc(); await new Promise(r=>setImmediate(r)); console.log('after gc', m())
