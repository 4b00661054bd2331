"""What lies in a converted folder besides the graphs."""

TORCH_CONFIG = "transformers.json"
TORCH_WEIGHTS = "model.safetensors"
TORCH_FILES = (TORCH_CONFIG, TORCH_WEIGHTS)
