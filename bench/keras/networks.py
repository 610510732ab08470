"""Small networks of the layers that keras.applications has not: what people write by hand. They build in Keras 2 and 3."""

from tensorflow import keras
from tensorflow.keras import layers as L


def block(x, width, strides=1, activation="relu"):
    x = L.Conv2D(width, 3, strides=strides, padding="same", use_bias=False)(x)
    return L.Activation(activation)(L.BatchNormalization()(x))


def unet():
    """Skips joined by Concatenate; grows once by Conv2DTranspose, once by UpSampling2D."""
    x = keras.Input((32, 32, 3))
    a = block(block(x, 8), 8)
    b = block(block(L.MaxPooling2D(2)(a), 16), 16)
    c = block(block(L.MaxPooling2D(2)(b), 24), 24)
    y = L.Conv2DTranspose(16, 2, strides=2, padding="same")(c)
    y = block(L.Concatenate()([y, b]), 16)
    y = L.UpSampling2D(2, interpolation="bilinear")(y)
    y = block(L.Concatenate()([L.Conv2D(8, 2, padding="same")(y), a]), 8)
    return keras.Model(x, L.Conv2D(4, 1, activation="softmax")(y))


def detector():
    """Boxes and classes of two maps, each reshaped to a list and joined, as in SSD."""
    x = keras.Input((48, 48, 3))
    a = block(block(x, 12, 2), 16, 2)
    b = block(a, 24, 2)
    boxes, classes = [], []
    for y, anchors in ((a, 2), (b, 3)):
        y = block(y, 16)
        boxes.append(L.Reshape((-1, 4))(L.Conv2D(anchors * 4, 3, padding="same")(y)))
        classes.append(L.Reshape((-1, 5))(L.SeparableConv2D(anchors * 5, 3, padding="same")(y)))
    return keras.Model(x, [L.Concatenate(axis=1)(boxes), L.Softmax()(L.Concatenate(axis=1)(classes))])


class Positions(L.Layer):
    """Adds a learned vector to each place of a sequence."""

    def build(self, shape):
        self.table = self.add_weight(name="table", shape=tuple(shape[1:]), initializer="random_normal")

    def call(self, x):
        return x + self.table


def encoder(x, width, heads, hidden):
    y = L.LayerNormalization(epsilon=1e-6)(x)
    x = L.Add()([x, L.MultiHeadAttention(heads, width // heads)(y, y)])
    y = L.Dense(hidden, activation="gelu")(L.LayerNormalization(epsilon=1e-6)(x))
    return L.Add()([x, L.Dense(width)(L.Dropout(0.1)(y))])


def vit():
    x = keras.Input((32, 32, 3))
    y = L.Reshape((16, 32))(L.Conv2D(32, 8, strides=8)(x))
    y = Positions()(y)
    for _ in range(2):
        y = encoder(y, 32, 4, 48)
    y = L.GlobalAveragePooling1D()(L.LayerNormalization()(y))
    return keras.Model(x, L.Dense(10)(y))


def text_transformer():
    x = keras.Input((20,), dtype="int32")
    y = Positions()(L.Embedding(50, 32)(x))
    y = encoder(y, 32, 2, 40)
    return keras.Model(x, L.Dense(3, activation="softmax")(L.GlobalMaxPooling1D()(y)))


def text_lstm():
    x = keras.Input((20,), dtype="int32")
    y = L.Bidirectional(L.LSTM(12, return_sequences=True))(L.Embedding(50, 16)(x))
    y = L.Dense(16, activation="relu")(L.LSTM(10)(y))
    return keras.Model(x, L.Dense(3, activation="softmax")(y))


def text_gru():
    x = keras.Input((20,), dtype="int32")
    y = L.Dense(14, activation="tanh")(L.Embedding(50, 16)(x))
    y = L.Dense(16, activation="relu")(L.GRU(12)(y))
    return keras.Model(x, L.Dense(3, activation="softmax")(y))


def squeeze_excite():
    """Gates by dense layers and by 1x1 convolutions, hard ones too."""
    x = keras.Input((24, 24, 3))
    y = block(x, 16, 2, "swish")
    for dense in (True, False):
        gate = L.GlobalAveragePooling2D(keepdims=not dense)(y)
        if dense:
            gate = L.Dense(6, activation="relu")(gate)
            gate = L.Reshape((1, 1, 16))(L.Dense(16, activation="sigmoid")(gate))
        else:
            gate = L.Conv2D(6, 1, activation="relu")(gate)
            gate = L.Activation("hard_sigmoid")(L.Conv2D(16, 1)(gate))
        y = block(L.Multiply()([y, gate]), 16)
    return keras.Model(x, L.Dense(10)(L.GlobalAveragePooling2D()(y)))


def depthwise():
    """Depthwise and separable convolutions with multipliers, pads, PReLU and ReLU6."""
    x = keras.Input((24, 24, 3))
    y = L.PReLU(shared_axes=[1, 2])(L.Conv2D(8, 3, padding="same")(x))
    y = L.DepthwiseConv2D(3, depth_multiplier=2, padding="same")(y)
    y = L.ReLU(6.0)(L.BatchNormalization()(y))
    y = L.DepthwiseConv2D(3, strides=2, padding="valid")(L.ZeroPadding2D(((0, 1), (0, 1)))(y))
    y = L.LeakyReLU()(L.BatchNormalization(scale=False)(y))
    y = L.SeparableConv2D(20, 3, depth_multiplier=2, padding="same", dilation_rate=2)(y)
    y = L.PReLU()(y)
    y = L.Conv2D(12, 3, strides=2, padding="same", groups=4)(y)
    y = L.Activation("elu")(L.AveragePooling2D(2, padding="same")(y))
    return keras.Model(x, L.Dense(10)(L.Flatten()(L.ZeroPadding2D(1)(y))))


def conv1d():
    x = keras.Input((40, 6))
    y = L.BatchNormalization()(L.Conv1D(12, 5, padding="same", activation="relu")(x))
    y = L.MaxPooling1D(2)(y)
    y = L.Conv1D(16, 3, padding="causal", dilation_rate=2)(y)
    y = L.ReLU()(L.BatchNormalization()(y))
    y = L.SeparableConv1D(14, 3, strides=2)(y)
    y = L.Conv1D(12, 3, activation="swish")(L.UpSampling1D(2)(L.ZeroPadding1D(1)(y)))
    return keras.Model(x, L.Dense(4)(L.Concatenate()([L.GlobalAveragePooling1D()(y), L.GlobalMaxPooling1D()(y)])))


def norms():
    """Group and layer norms on maps, and a norm of each vector."""
    x = keras.Input((16, 16, 3))
    y = L.ReLU()(L.GroupNormalization(4)(L.Conv2D(16, 3, padding="same")(x)))
    y = L.Activation("gelu")(L.LayerNormalization()(L.Conv2D(12, 3, strides=2, padding="same")(y)))
    y = L.Conv2D(12, 1)(y)
    y = L.UnitNormalization()(L.Dense(10)(L.GlobalAveragePooling2D()(L.GroupNormalization(-1)(y))))
    return keras.Model(x, L.Dense(4)(y))


def two_inputs():
    """An image and some figures, joined; one trunk is used twice."""
    image, figures = keras.Input((20, 20, 3)), keras.Input((7,))
    trunk = keras.Sequential([keras.Input((20, 20, 3)), L.Conv2D(8, 3, strides=2), L.BatchNormalization(), L.ReLU(), L.Conv2D(12, 3), L.GlobalAveragePooling2D()])
    a, b = trunk(image), trunk(L.Subtract()([L.Dense(3)(image), image]))
    c = L.BatchNormalization()(L.Dense(12, activation="relu")(figures))
    y = L.Concatenate()([L.Maximum()([a, c]), b, L.Average()([a, b, c]), L.Multiply()([c, figures_gate(figures)])])
    return keras.Model([image, figures], [L.Dense(5)(L.Dense(16, activation="selu")(y)), L.Dot(axes=1, normalize=False)([a, b])])


def figures_gate(figures):
    return L.Dense(12, activation="softplus")(figures)


HAND_MADE = (unet, detector, vit, text_transformer, text_lstm, text_gru, squeeze_excite, depthwise, conv1d, norms, two_inputs)
