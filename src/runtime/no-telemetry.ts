// Official builds of ONNX Runtime collect usage and may send it; what a user compresses is nobody else's business. It is
// read when the library is loaded, so this is imported before it.
process.env.ORT_DISABLE_TELEMETRY ??= '1'
