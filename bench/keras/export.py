"""Exports networks of keras.applications and hand-made ones, with random weights, by tf2onnx and the TF.js converter, each
with an input and Keras's own outputs: FOLDER/<name>-keras<2|3>/ holds onnx13.onnx, onnx18.onnx, graph/model.json,
layers/model.json, input<i>.npy and output<i>.npy. A format that its converter refuses is left out, with the reason.

    pip install tensorflow-cpu==2.16.2 tf-keras==2.16.0 tensorflowjs==4.22.0 tf2onnx==1.16.1 "numpy<2"
    python3 bench/keras/export.py FOLDER [NAME...]                        (Keras 3)
    TF_USE_LEGACY_KERAS=1 python3 bench/keras/export.py FOLDER [NAME...]  (Keras 2)
    npx tsx bench/keras/table.ts FOLDER
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
import tf2onnx
from onnx import numpy_helper
from tensorflow import keras
from tensorflowjs.converters import converter, save_keras_model, tf_saved_model_conversion_v2

from networks import HAND_MADE

LEGACY = os.environ.get("TF_USE_LEGACY_KERAS") == "1"
SIZES = {"NASNetMobile": 64, "InceptionV3": 96, "Xception": 96, "ConvNeXtTiny": 64}
APPLICATIONS = """MobileNet MobileNetV2 MobileNetV3Small EfficientNetB0 ResNet50V2 DenseNet121 NASNetMobile Xception
InceptionV3 ConvNeXtTiny""".split()
CREATED = {create.__name__: create for create in HAND_MADE}


def create(name):
    tf.random.set_seed(1)
    if name in CREATED:
        return CREATED[name]()
    size = SIZES.get(name, 96)
    extra = {"minimalistic": False} if name.startswith("MobileNetV3") else {}
    return getattr(keras.applications, name)(weights=None, classes=10, input_shape=(size, size, 3), **extra)


def stir(model):
    """Statistics, scales and biases that are not all zeros and ones, which folding would not have to get right."""
    random = np.random.default_rng(1)
    for weight in model.weights:
        value = np.asarray(weight)
        if value.ndim == 1 and value.dtype == np.float32:
            weight.assign(value * random.uniform(0.7, 1.3, value.shape) + random.uniform(-0.1, 0.1, value.shape))


def sample(tensor):
    random = np.random.default_rng(2)
    shape = (2, *tensor.shape[1:])
    if "int" in str(tensor.dtype):
        return random.integers(0, 50, shape).astype(np.int32)
    return random.normal(size=shape).astype(np.float32)


def to_onnx(model, folder, opset):
    signature = [tf.TensorSpec((None, *x.shape[1:]), x.dtype, name=f"input{i}") for i, x in enumerate(model.inputs)]
    called = tf.function(lambda *xs: model(list(xs) if len(xs) > 1 else xs[0], training=False))
    made, _ = tf2onnx.convert.from_function(called, signature, opset=opset)
    # tf2onnx makes inputs of constants that the network holds, such as the means of a Normalization.
    for outer, inner in called.get_concrete_function(*signature).graph.captures:
        for extra in [x for x in made.graph.input if x.name == inner.name and outer.dtype != tf.resource]:
            made.graph.input.remove(extra)
            made.graph.initializer.append(numpy_helper.from_array(outer.numpy(), inner.name))
    (folder / f"onnx{opset}.onnx").write_bytes(made.SerializeToString())


def to_graph_model(model, folder):
    with tempfile.TemporaryDirectory() as saved:
        if LEGACY:
            model.save(saved, save_format="tf")
        else:
            model.export(saved)
        tf_saved_model_conversion_v2.convert_tf_saved_model(saved, str(folder / "graph"))


def to_layers_model(model, folder):
    if LEGACY:
        save_keras_model(model, str(folder / "layers"))
        return
    with tempfile.TemporaryDirectory() as saved:
        model.save(f"{saved}/model.h5")
        converter.dispatch_keras_h5_to_tfjs_layers_model_conversion(f"{saved}/model.h5", str(folder / "layers"))


def export(parent, name):
    model = create(name)
    stir(model)
    folder = parent / f"{name}-keras{2 if LEGACY else 3}"
    folder.mkdir(parents=True, exist_ok=True)
    inputs = [sample(tensor) for tensor in model.inputs]
    made = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    outputs = made if isinstance(made, (list, tuple)) else [made]
    for kind, values in (("input", inputs), ("output", outputs)):
        for i, value in enumerate(values):
            np.save(folder / f"{kind}{i}.npy", np.asarray(value))
    ways = {
        "onnx13": lambda: to_onnx(model, folder, 13),
        "onnx18": lambda: to_onnx(model, folder, 18),
        "graph": lambda: to_graph_model(model, folder),
        "layers": lambda: to_layers_model(model, folder),
    }
    for way, convert in ways.items():
        try:
            convert()
            print(f"{folder.name} {way}", flush=True)
        except Exception as error:
            print(f"{folder.name} {way}: {type(error).__name__}: {str(error).strip().splitlines()[0][:150]}", flush=True)


for name in sys.argv[2:] or [*CREATED, *APPLICATIONS]:
    keras.backend.clear_session()
    export(Path(sys.argv[1]), name)
