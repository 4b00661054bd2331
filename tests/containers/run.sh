#!/usr/bin/env bash
# The proof of the containers: builds the images, brings the real compose file up and uses it. `make test-containers`.
#   tests/containers/run.sh            everything; may take half an hour
#   tests/containers/run.sh small      only the images of backend and im2txt, and the main job in them; what CI runs
#   tests/containers/run.sh STEP …     single steps, see prove.py
#   tests/containers/run.sh images …   only build, and print the sizes
# Runs as root on Debian; needs no docker. KEEP=1 leaves the containers running, CLEAN=1 nothing but logs on the disk.
# PREVIOUS is the commit to upgrade from, WHEELS a folder of wheels: with llama.cpp's, it is not compiled once more.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/containers/engine.sh
. tests/containers/engine.sh

engine_install "${1:-}" || { echo "Containers were not tested: no container engine could be installed."; exit 77; }
trap engine_cleanup EXIT
engine_configure || { echo "Containers were not tested: podman does not work on this machine."; exit 77; }
# The tag before this version, or the first version whose containers were proven.
export PREVIOUS=${PREVIOUS:-$(git describe --tags --abbrev=0 HEAD^ 2>/dev/null || echo d9ff3d5)}
export ENGINE_DIR TOOLS=$ENGINE_DIR/tools TAG=${TAG:-proof}
bases=(node postgres redis) images=(backend web im2txt clip_score blip vit_gpt2 ocr llm)
if [ "${1:-}" = small ]; then bases=() images=(backend im2txt); fi
engine_bases "${bases[@]}" || { echo "Containers were not tested: base images could be neither pulled nor made."; exit 77; }
engine_probe || { echo "Containers were not tested: this machine does not run them; see $ENGINE_DIR/probe.log"; exit 77; }
BUILD_OPTIONS=$(engine_build_options)
export BUILD_OPTIONS
if [ "${1:-}" = images ]; then shift; python3 docker/build_images.py "$@"; exit; fi

wanted=$ENGINE_DIR/requirements.txt
# The small proof needs no model of random weights, and lints nothing.
if [ "${1:-}" = small ]; then grep -E '^(requests|podman-compose)' tests/containers/requirements.txt; else cat tests/containers/requirements.txt; fi >"$wanted"
if ! cmp -s "$wanted" "$TOOLS/installed"; then
  python3 -m venv "$TOOLS" && "$TOOLS/bin/pip" install -q -r "$wanted" 2>/dev/null
  cp "$wanted" "$TOOLS/installed"
fi
python3 docker/build_images.py "${images[@]}" 2>"$ENGINE_DIR/build.log" >"$ENGINE_DIR/sizes" || { cat "$ENGINE_DIR/sizes"; tail -40 "$ENGINE_DIR/build.log"; exit 1; }
cat "$ENGINE_DIR/sizes"
status=0
module=prove
if [ "${1:-}" = small ]; then module=small; fi
"$TOOLS/bin/python" -m "tests.containers.$module" "$@" || status=$?
exit $status
