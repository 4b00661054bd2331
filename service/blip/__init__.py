"""The BLIP family: a vision transformer and a BERT decoder, on ONNX Runtime or PyTorch."""
