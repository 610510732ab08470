/** Bytes that a message of protocol buffers, and so one .onnx file, cannot reach. */
export const LARGEST_FILE = 2 ** 31
