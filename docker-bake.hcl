# Images for amd64 and arm64: docker buildx bake --push (or `docker buildx bake cuda` for those with CUDA).
# docker/build_images.py builds for this machine alone and prints the sizes.

variable "IMAGES" { default = "librephotos-captions" }
variable "TAG" { default = "latest" }
variable "GIT_HASH" { default = "" }

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
  matrix     = { model = ["im2txt", "clip_score", "blip", "llm", "ocr"] }
  dockerfile = "docker/service.Dockerfile"
  args = {
    MODEL          = model
    BUILD_PACKAGES = model == "llm" ? "build-essential cmake" : ""
    APT_PACKAGES   = model == "llm" ? "libgomp1" : ""
  }
  tags = ["${IMAGES}/${model}:${TAG}"]
}

# CUDA's wheels are for amd64.
target "cuda" {
  inherits   = ["_common"]
  name       = "${model}-cuda"
  platforms  = ["linux/amd64"]
  matrix     = { model = ["im2txt", "clip_score", "blip", "llm"] }
  dockerfile = "docker/service.Dockerfile"
  args = {
    MODEL          = model
    DEVICE         = "cuda"
    BUILD_PACKAGES = model == "llm" ? "build-essential cmake" : ""
    APT_PACKAGES   = model == "llm" ? "libgomp1" : ""
  }
  tags = ["${IMAGES}/${model}:${TAG}-cuda"]
}
