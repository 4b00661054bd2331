#!/bin/bash
# As the official image: give up root, then run the server.
set -eu
if [ "$(id -u)" = 0 ]; then
  chown redis /data
  exec setpriv --reuid redis --regid redis --clear-groups "$@"
fi
exec "$@"
