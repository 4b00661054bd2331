# Images for amd64 and arm64: docker buildx bake --push (or `docker buildx bake cuda` for those with CUDA).
# docker/build_images.py builds for this machine alone and prints the sizes.

variable "IMAGES" { default = "librephotos-captions" }
variable "TAG" { default = "latest" }
variable "GIT_HASH" { default = "" }

# As `make install-llm` builds llama.cpp: a backend for every generation of processors.
variable "LLAMA_CMAKE_ARGS" {
  default = "-DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON -DLLAVA_BUILD=OFF -DLLAMA_OPENSSL=OFF -DCMAKE_INSTALL_BINDIR=llama_cpp/lib -DCMAKE_INSTALL_LIBDIR=llama_cpp/lib -DCMAKE_INSTALL_INCLUDEDIR=llama_cpp/include"
}

group "default" { targets = ["backend", "web", "service"] }

target "_common" {
  context   = "."
  platforms = ["linux/amd64", "linux/arm64"]
  args      = { VERSION = TAG, GIT_HASH = GIT_HASH }
}

target "backend" {
  inherits   = ["_common"]
  dockerfile = "docker/backend.Dockerfile"
  tags       = ["${IMAGES}/backend:${TAG}"]
}

target "web" {
  inherits   = ["_common"]
  dockerfile = "docker/web.Dockerfile"
  tags       = ["${IMAGES}/web:${TAG}"]
}

target "service" {
  inherits   = ["_common"]
  name       = model
  matrix     = { model = ["im2txt", "clip_score", "blip", "vit_gpt2", "llm", "ocr"] }
  dockerfile = "docker/service.Dockerfile"
  args = {
    MODEL            = model
    BUILD_PACKAGES   = model == "llm" ? "build-essential cmake" : ""
    APT_PACKAGES     = model == "llm" ? "libgomp1" : ""
    CMAKE_ARGS       = model == "llm" ? LLAMA_CMAKE_ARGS : ""
    # Debian's compiler does not know the newest of arm64's.
    CMAKE_ARGS_ARM64 = model == "llm" ? "-DGGML_CPU_ALL_VARIANTS=OFF" : ""
  }
  tags = ["${IMAGES}/${model}:${TAG}"]
}

# CUDA's wheels are for amd64. None for llm: llama.cpp is compiled, and for CUDA that takes NVIDIA's own compiler; none
# for ocr, which computes on the CPU.
target "cuda" {
  inherits   = ["_common"]
  name       = "${model}-cuda"
  platforms  = ["linux/amd64"]
  matrix     = { model = ["im2txt", "clip_score", "blip", "vit_gpt2"] }
  dockerfile = "docker/service.Dockerfile"
  args       = { MODEL = model, DEVICE = "cuda" }
  tags       = ["${IMAGES}/${model}:${TAG}-cuda"]
}
