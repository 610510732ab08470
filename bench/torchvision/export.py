"""Exports torchvision's networks with random weights, each with an input and PyTorch's own outputs, as in the zoo.

    python3 bench/torchvision/export.py FOLDER [NAME...]        (needs torch and torchvision)
    PARE_ZOO=FOLDER npx tsx bench/zoo.ts
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import torch
import torchvision.models as models
from torchvision.models import detection, segmentation

warnings.filterwarnings("ignore")

SIZES = {"inception_v3": 299, "ssdlite320_mobilenet_v3_large": 320}
LARGER = ("alexnet", "maxvit", "shuffle", "swin", "vgg", "vit")
CLASSIFIERS = """alexnet convnext_tiny densenet121 efficientnet_b0 efficientnet_v2_s googlenet inception_v3 mnasnet0_5
mobilenet_v2 mobilenet_v3_small regnet_x_400mf regnet_y_400mf resnet18 resnext50_32x4d shufflenet_v2_x0_5
shufflenet_v2_x1_0 squeezenet1_0 swin_t swin_v2_t vgg11_bn vit_b_32 wide_resnet50_2 maxvit_t""".split()
SEGMENTERS = "deeplabv3_mobilenet_v3_large fcn_resnet50 lraspp_mobilenet_v3_large".split()
DETECTORS = "ssdlite320_mobilenet_v3_large retinanet_resnet50_fpn fasterrcnn_mobilenet_v3_large_320_fpn".split()


class Outputs(torch.nn.Module):
    """A network whose dictionary of outputs, or named tuple, is a plain tuple."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        made = self.net(x)
        if isinstance(made, dict):
            return tuple(made.values())
        return made.logits if hasattr(made, "logits") else made


def create(name):
    torch.manual_seed(1)
    if name in SEGMENTERS:
        return getattr(segmentation, name)(weights=None, weights_backbone=None, num_classes=5)
    if name in DETECTORS:
        return getattr(detection, name)(weights=None, weights_backbone=None, num_classes=5)
    extra = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
    return getattr(models, name)(weights=None, num_classes=10, **extra)


def export(folder, name, opset):
    net = create(name).eval()
    for module in net.modules():
        # Fresh statistics are 0 and 1, which folding would not have to get right.
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    size = SIZES.get(name, 224 if name.startswith(LARGER) else 128)
    sample = torch.randn(1, 3, size, size)
    if name not in DETECTORS:
        net = Outputs(net)
    with torch.no_grad():
        made = net(sample) if name not in DETECTORS else []
    # With gradients, or attention takes a path that cannot be exported.
    torch.onnx.export(
        net, sample, folder / f"{name}.onnx", opset_version=opset, input_names=["input"],
        dynamic_axes=None if name in DETECTORS else {"input": {0: "batch"}},
    )
    np.save(folder / f"{name}.input.npy", sample.numpy())
    outputs = made if isinstance(made, tuple) else (made,)
    for i, value in enumerate(outputs if name not in DETECTORS else []):
        suffix = "output" if len(outputs) == 1 else f"output{i}"
        np.save(folder / f"{name}.{suffix}.npy", value.detach().numpy())


folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for number, name in enumerate(sys.argv[2:] or CLASSIFIERS + SEGMENTERS + DETECTORS):
    try:
        export(folder, name, 17 if name.startswith("swin_v2") else (11, 13, 17)[number % 3])
        print(name, flush=True)
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {str(error).splitlines()[0][:150]}", flush=True)
