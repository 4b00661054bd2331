"""The llm family: chat models in GGUF, on llama.cpp."""

import os

# Read by the OpenMP library when it is loaded, so it is set before anything here imports llama.cpp. Threads that
# spin while they wait for each other are a little quicker alone, and much slower where other work has the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
