#!/bin/sh
# Temporal's server takes the password of its database from the environment alone.
set -eu

POSTGRES_PWD=$(cat /run/secrets/temporal-database-password)
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
