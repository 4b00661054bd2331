# Sourced: a container engine without a daemon, from Debian's packages, and base images where no registry answers.
# Everything that belongs to this machine only (its pip, npm and apt settings, its certificates) is mounted into the
# builds here and stands in no Dockerfile.

ENGINE_DIR=${ENGINE_DIR:-/var/tmp/librephotos-containers}
export CONTAINERS_CONF=$ENGINE_DIR/containers.conf CONTAINERS_STORAGE_CONF=$ENGINE_DIR/storage.conf
# Podman runs health checks by systemd's timers; where there is no systemd, the proof runs them itself.
export DISABLE_HC_SYSTEMD=true
export BUILDAH_ISOLATION=chroot BUILDAH_FORMAT=docker

engine_install() {
  local missing=()
  command -v podman >/dev/null || missing+=(podman catatonit netavark aardvark-dns iptables)
  command -v buildah >/dev/null || missing+=(buildah)
  command -v runc >/dev/null || missing+=(runc)
  command -v debootstrap >/dev/null || missing+=(debootstrap)
  [ -x /usr/lib/podman/netavark ] || missing+=(netavark aardvark-dns)
  command -v catatonit >/dev/null || missing+=(catatonit)
  command -v iptables >/dev/null || missing+=(iptables)
  # Only for the schema of the compose file; it needs no daemon for that.
  [ "${1:-}" = small ] || command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1 || missing+=(docker-compose)
  if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "Not installed, and not root on Debian: ${missing[*]}"; return 1; }
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
      >/tmp/containers-apt.log 2>&1 || { echo "Could not install ${missing[*]}; see /tmp/containers-apt.log"; return 1; }
  fi
}

engine_configure() {
  mkdir -p "$ENGINE_DIR"
  cat > "$CONTAINERS_CONF" <<CONF
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"
CONF
  # Overlay where the kernel has it; vfs copies whole layers but works everywhere.
  local driver
  for driver in overlay vfs; do
    printf '[storage]\ndriver = "%s"\ngraphroot = "%s/storage-%s"\nrunroot = "/run/librephotos-containers-%s"\n' \
      "$driver" "$ENGINE_DIR" "$driver" "$driver" > "$CONTAINERS_STORAGE_CONF"
    podman info >/dev/null 2>"$ENGINE_DIR/info.log" && break
  done
  podman info >/dev/null || return 1
  echo "engine: podman $(podman --version | awk '{print $3}'), buildah $(buildah --version | awk '{print $3}'), $(runc --version | head -1), storage $driver"
}

# Whether a container with a limit of memory starts at all: not everywhere where podman can be installed.
engine_probe() {
  podman run --rm --read-only --cap-drop all --memory 64m --network none docker.io/library/debian:bookworm-slim true \
    >"$ENGINE_DIR/probe.log" 2>&1
}

# The options that only this machine needs, for `buildah build`.
engine_build_options() {
  # The certificates go elsewhere than at home: there Debian's package puts its own.
  local folder=$ENGINE_DIR/host certificates=/etc/ssl/certs/ca-certificates.crt inside=/opt/host-certificates.crt path
  mkdir -p "$folder"
  printf '%s' "--network host"
  if command -v pip >/dev/null; then
    python3 - "$certificates" "$inside" "${WHEELS:-}" > "$folder/pip.conf" <<'PY'
import subprocess, sys
lines = subprocess.run(["pip", "config", "list"], capture_output=True, text=True).stdout.splitlines()
values = {name.split(".")[-1]: value for name, _, value in (line.partition("=") for line in lines) if value}
values = {name: value.strip("'\"").replace(sys.argv[1], sys.argv[2]) for name, value in values.items()}
if sys.argv[3]:
    values["find-links"] = f"{values.get('find-links', '')} {sys.argv[3]}".strip()
print("[global]")
for name, value in values.items():
    print(name, "=", value)
PY
    printf ' -v %s:/etc/pip.conf:ro' "$folder/pip.conf"
    # Folders of packages that pip's settings name.
    for path in $(grep -oE '(file://)?/[^ ]+' "$folder/pip.conf" | sed 's#^file://##' | sort -u); do
      path=$(echo "$path" | sed -E 's#/simple/?$##')
      [ -d "$path" ] && printf ' -v %s:%s:ro' "$path" "$path"
    done
  fi
  if [ -f "$certificates" ]; then printf ' -v %s:%s:ro' "$certificates" "$inside"; fi
  if [ -f "$HOME/.npmrc" ] || command -v npm >/dev/null; then
    { [ -f "$certificates" ] && echo "cafile=$inside"; grep -vE '^(nodedir|prefix)' "$HOME/.npmrc" 2>/dev/null; } > "$folder/npmrc"
    printf ' -v %s:/root/.npmrc:ro' "$folder/npmrc"
  fi
  for path in /etc/apt/apt.conf.d/99*; do
    [ -f "$path" ] && printf ' -v %s:%s:ro' "$path" "$path"
  done
}

# Leaves nothing that runs and nothing mounted, also after an interruption; with CLEAN nothing on the disk but the logs.
# Everything in this storage is the proof's own.
engine_cleanup() {
  local network mount
  [ -z "${KEEP:-}" ] || return 0
  {
    podman rm -f -a -t 5
    buildah rm -a
    for network in $(podman network ls -q | grep -E '^lp(small|proof)'); do podman network rm -f "$network"; done
    [ -z "${CLEAN:-}" ] || { podman volume rm -f -a; podman rmi -f -a; }
    podman image prune -f
    for mount in $(awk -v d="$ENGINE_DIR/" 'index($2, d) == 1 {print $2}' /proc/mounts | sort -r); do umount "$mount"; done
    [ -z "${CLEAN:-}" ] || rm -rf "$ENGINE_DIR"/{storage-*,tools,host,stand-in,bookworm} /run/librephotos-containers-*
  } >/dev/null 2>>"$ENGINE_DIR/cleanup.log" || true
}

have_image() { podman image exists "$1"; }

# NAME: take it from its registry, else let MAKER make one.
engine_base() {
  local name=$1 maker=$2
  have_image "$name" && return
  if timeout 60 podman pull -q "$name" >/dev/null 2>&1; then echo "base $name: from its registry"; return; fi
  "$maker" "$name" >"$ENGINE_DIR/${maker}.log" 2>&1 || { echo "base $name could not be made; see $ENGINE_DIR/${maker}.log"; return 1; }
  echo "base $name: no registry answers; a stand-in from Debian's packages"
}

make_debian() {
  local root=$ENGINE_DIR/bookworm mirror=http://deb.debian.org/debian
  [ -f "$root/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$root" "$mirror" || return 1
  cat > "$root/etc/apt/sources.list" <<SOURCES
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main
SOURCES
  # As the slim image has it: no documentation, no languages, none of the files that apt fetched.
  # Nor does its apt keep what it fetched or computed.
  cat > "$root/etc/apt/apt.conf.d/docker-clean" <<'CLEAN'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
CLEAN
  printf 'Acquire::Languages "none";\n' > "$root/etc/apt/apt.conf.d/docker-no-languages"
  printf 'Acquire::GzipIndexes "true";\nAcquire::CompressionTypes::Order:: "gz";\n' > "$root/etc/apt/apt.conf.d/docker-gzip-indexes"
  printf 'path-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\npath-exclude /usr/share/locale/*\n' \
    > "$root/etc/dpkg/dpkg.cfg.d/slim"
  tar -C "$root" --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
    --exclude='./var/lib/apt/lists/*' --exclude='./var/cache/apt/*' --exclude='./proc/*' --exclude='./dev/*' \
    --exclude='./sys/*' --exclude='./var/log/*' -c . | podman import --change 'CMD ["bash"]' - "$1"
  rm -rf "$root"
}

# A stand-in made by commands in a container of the Debian image.
stand_in() {
  local name=$1; shift
  local recipe=$ENGINE_DIR/stand-in; rm -rf "$recipe"; mkdir -p "$recipe"
  cp "$STAND_INS"/* "$recipe"/
  cat > "$recipe/Dockerfile"
  # shellcheck disable=SC2046
  buildah build $(engine_build_options) "$@" -q -t "$name" "$recipe"
}

make_node() {
  local node; node=$(readlink -f "$(command -v node)") || return 1
  local modules; modules=$(npm root -g)
  stand_in "$1" -v "$node:/host/node:ro" -v "$modules/npm:/host/npm:ro" <<'RECIPE'
FROM docker.io/library/debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends libstdc++6 && rm -rf /var/lib/apt/lists/* \
    && cp /host/node /usr/local/bin/node && mkdir -p /usr/local/lib/node_modules && cp -r /host/npm /usr/local/lib/node_modules/npm \
    && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && npm --version
RECIPE
}

make_postgres() {
  stand_in "$1" <<'RECIPE'
FROM docker.io/library/debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends postgresql && rm -rf /var/lib/apt/lists/* /var/lib/postgresql/* \
    && install -d -o postgres -g postgres -m 1777 /var/lib/postgresql/data /var/run/postgresql
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["bash", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["postgres"]
RECIPE
}

make_redis() {
  stand_in "$1" <<'RECIPE'
FROM docker.io/library/debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/* \
    && install -d -o redis -g redis /data
VOLUME /data
WORKDIR /data
COPY redis-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENTRYPOINT ["bash", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["redis-server"]
RECIPE
}

engine_bases() {
  STAND_INS=$(dirname "${BASH_SOURCE[0]}")/stand-ins
  engine_base docker.io/library/debian:bookworm-slim make_debian || return 1
  local base
  for base in "$@"; do
    case "$base" in
      node) engine_base docker.io/library/node:20-bookworm-slim make_node ;;
      postgres) engine_base docker.io/library/postgres:16-bookworm make_postgres ;;
      redis) engine_base docker.io/library/redis:7-bookworm make_redis ;;
    esac || return 1
  done
}
