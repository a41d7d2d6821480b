#!/bin/sh
# Creates or brings up to date Temporal's two databases, with the tool of Temporal's admin-tools image.
set -eu

SQL_PASSWORD=$(cat /run/secrets/temporal-database-password)
export SQL_PASSWORD

for name in temporal temporal_visibility; do
  case "$name" in
    temporal) schema=temporal ;;
    *) schema=visibility ;;
  esac
  tool="temporal-sql-tool --plugin postgres12 --ep temporal-database -p 5432 -u temporal --db $name"
  # create and setup-schema answer with an error when they have been done before; update-schema tells the truth.
  $tool create || true
  $tool setup-schema -v 0.0 || true
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$schema/versioned"
done
