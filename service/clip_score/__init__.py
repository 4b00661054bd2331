"""The clip_score family: an image tower and a text tower in one space, on ONNX Runtime."""
