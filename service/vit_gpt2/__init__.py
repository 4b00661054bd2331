"""The ViT-GPT2 family: a vision transformer and GPT-2 with cross-attention, on ONNX Runtime."""
