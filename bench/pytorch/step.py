"""Training steps of a net in PyTorch on one thread, timed.

python3 step.py NET --export FILE   writes the net as ONNX, batch norm folded
python3 step.py NET --batch 64      for each line of standard input, a count: so many steps, told as one line of JSON,
                                    [[wall ms, CPU ms], ...]
"""

import argparse
import json
import sys
import time

import torch
from nets import nets

parser = argparse.ArgumentParser()
parser.add_argument("net", choices=sorted(nets))
parser.add_argument("--export")
parser.add_argument("--batch", type=int, default=64)
arguments = parser.parse_args()

torch.set_num_threads(1)
torch.manual_seed(1)
net = nets[arguments.net]()

if arguments.export:
    example = torch.zeros(1, 1, 28, 28)
    axes = {"input": {0: "batch"}, "logits": {0: "batch"}}
    torch.onnx.export(
        net.eval(), example, arguments.export, input_names=["input"], output_names=["logits"], dynamic_axes=axes
    )
    sys.exit()

net.train()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)
samples = torch.randn(arguments.batch, 1, 28, 28)
labels = torch.randint(10, (arguments.batch,))


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = torch.nn.functional.cross_entropy(net(samples.clone()), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


def timed():
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    return [1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)]


for line in sys.stdin:
    print(json.dumps([timed() for _ in range(int(line))]), flush=True)
