#!/bin/sh
# Start nginx with the name server of this container network; engines differ in its address. What it says is kept for two
# seconds only: a restarted api may have another address.
set -eu
server=$(awk '$1 == "nameserver" { print $2; exit }' /etc/resolv.conf)
case "$server" in *:*) server="[$server]" ;; esac
printf 'resolver %s valid=2s ipv6=off;\n' "${server:-127.0.0.11}" > /tmp/resolver.conf
exec nginx -e stderr -g 'daemon off;'
