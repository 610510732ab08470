"""The nets that training steps are compared on, as PyTorch has them: 1x28x28 in, ten classes out."""

import torch
from torch import nn
from torch.nn.functional import relu


def normalized(inputs, outputs, kernel, stride=1, groups=1):
    """A convolution that keeps the map's size but for its stride, and its batch normalisation."""
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut (He et al. 2016)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = normalized(inputs, outputs, 3, stride)
        self.second = normalized(outputs, outputs, 3)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else normalized(inputs, outputs, 1, stride)

    def forward(self, x):
        return relu(self.second(relu(self.first(x))) + self.shortcut(x))


class Head(nn.Module):
    """The mean of each map, and a dense layer."""

    def __init__(self, channels):
        super().__init__()
        self.dense = nn.Linear(channels, 10)

    def forward(self, x):
        return self.dense(x.mean((2, 3)))


def residual(blocks, widths=(16, 32, 64)):
    """A residual net with so many blocks a stage; all stages but the first halve the map."""
    layers = [normalized(1, widths[0], 3), nn.ReLU()]
    width = widths[0]
    for stage, (count, outputs) in enumerate(zip(blocks, widths)):
        for block in range(count):
            layers.append(Block(width, outputs, 2 if stage > 0 and block == 0 else 1))
            width = outputs
    return nn.Sequential(*layers, Head(width))


def mobilenet():
    """A MobileNet-V1 (Howard et al. 2017) with the widths of the test fixture of that name."""
    layers = [normalized(1, 16, 3), nn.ReLU()]
    width = 16
    for outputs, stride in [(32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (128, 1), (256, 2), (256, 1)]:
        layers += [normalized(width, width, 3, stride, groups=width), nn.ReLU()]
        layers += [normalized(width, outputs, 1), nn.ReLU()]
        width = outputs
    return nn.Sequential(*layers, Head(width))


nets = {
    "resnet10": lambda: residual((1, 2, 1)),
    "resnet14": lambda: residual((2, 2, 2)),
    "mobilenetv1": mobilenet,
}
