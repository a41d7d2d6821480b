#!/bin/sh
# Makes the secrets that need nobody to think of them, each in a file of its own, and leaves those that are there as they
# are. The folder is closed to all other users of this machine. Its files are not: the processes in the containers read
# them, and are other users.
#
# Usage: sh deploy/make-secrets.sh [folder, ./secrets]
set -eu

folder=${1:-$(dirname "$0")/../secrets}
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"
umask 022
# For what worker.env, server.env and codec.env name.
mkdir -p worker server codec

# 256 bits, in letters and digits: they stand in addresses.
random() {
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

keep() {
  if [ ! -e "$1" ]; then
    printf '%s\n' "$2" >"$1"
    echo "made $1"
  fi
}

keep temporal-database-password "$(random)"
keep ledger-superuser-password "$(random)"
keep ledger-owner-url "postgres://wonce_owner:$(random)@ledger:5432/wonce"
keep ledger-url "postgres://wonce_app:$(random)@ledger:5432/wonce"
keep api-tokens "$(random)"

for name in portal-client-id portal-client-secret; do
  [ -s "$name" ] || echo "to be written by you: $name, from the Partner Portal, System > API"
done
