import { initBackend } from '../src/tensor/backend.js'
import { execute } from '../src/tensor/native/execute.js'
import { nativeBatchNorm } from '../src/tensor/native/batch-norm.js'
import { tidy, tensor1d, tensor, ones, relu, add, matMul, reshape, conv2d, maxPool, variable, slice, concat, transpose, sum, pad } from '@tensorflow/tfjs-core'
await initBackend('tensorflow')
const x=ones([2,6,6,4]), f=ones([3,3,4,4]), g=ones([4]), v=variable(ones([10])), a=ones([8,8])
const A=(padding)=>[{name:'strides',type:'INT',value:[1,1,1,1]},{name:'data_format',type:'STRING',value:'NHWC'},{name:'padding',type:'STRING',value:padding}]
const ops={ relu:()=>relu(x), add:()=>add(x,x), addn:()=>add(x,1), mm:()=>matMul(a,a), reshape:()=>reshape(x,[-1]), conv:()=>conv2d(x,f,1,'same'), bn:()=>nativeBatchNorm(x,g,g,null,1e-3), bpi:()=>execute('Conv2DBackpropInput',A('SAME'),[tensor1d([2,6,6,4],'int32'),f,x]), bpf:()=>execute('Conv2DBackpropFilter',A('SAME'),[x,tensor1d([3,3,4,4],'int32'),x]), upload:()=>tensor(new Float32Array(1000),[1000]), int:()=>tensor1d([1,2,3],'int32'), down:()=>x.dataSync(), assign:()=>v.assign(ones([10])), slice:()=>slice(v,[2],[3]), concat:()=>concat([x,x],0), transpose:()=>transpose(x), sum:()=>sum(x,[0,1,2]), pad:()=>pad(x,[[0,0],[1,1],[1,1],[0,0]]), mp:()=>maxPool(x,2,2,'valid') }
const rss=()=>{ global.gc?.(); return process.memoryUsage.rss()/1024 }
for (const [n,op] of Object.entries(ops)) { for(let i=0;i<300;i++) tidy(()=>{op()}); const r0=rss(); const N=3000; for(let i=0;i<N;i++) tidy(()=>{op()}); const r1=rss(); for(let i=0;i<N;i++) tidy(()=>{op()}); const r2=rss(); console.log(n.padEnd(10), ((r1-r0)*1024/N).toFixed(0), ((r2-r1)*1024/N).toFixed(0), 'bytes per call') }
