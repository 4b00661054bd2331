"""Training, evaluation and comparison of captioners. Imports no Django; of `api` only `api.lib`, for the guard."""

import service as service  # first of all: it keeps ONNX Runtime from reporting its use
