"""The files that transformer_captioner.py reads; apart from it, because the front knows them without its libraries."""

CAPTION_FILES = (
    "config.json",
    "vocabulary.json",
    "encoder.onnx",
    "encoder.onnx.data",
    "decoder.onnx",
    "decoder.onnx.data",
)
