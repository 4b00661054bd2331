"""One folder per model family, one contract for all of them (see service/README.md)."""

import os

# ONNX Runtime's wheels report their use to Microsoft, with an id that they keep on the disk, unless this is set before
# they are loaded: docs/Privacy.md of microsoft/onnxruntime. Nothing here reports to anybody.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
