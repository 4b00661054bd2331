"""The im2txt family: a CNN and an LSTM with attention, on ONNX Runtime."""
