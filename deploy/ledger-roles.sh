#!/bin/sh
# Makes the two roles of the ledger's database, or sets their passwords anew: one that owns the tables, which only
# `wonce tables` is, and one that owns nothing, which worker, server and command are. Neither may make databases or
# roles. Their names and passwords are those of the addresses in ledger-owner-url and ledger-url; PGHOST, PGPORT,
# PGDATABASE and PGUSER, a superuser, say where.
set -eu

secrets=${SECRETS:-/run/secrets}
PGPASSWORD=$(cat "$secrets/ledger-superuser-password")
part() {
  sed -nE "s|^postgres(ql)?://([^:@/]+):([^:@/]+)@.*|\\$1|p" "$secrets/$2"
}
OWNER=$(part 2 ledger-owner-url)
OWNER_PASSWORD=$(part 3 ledger-owner-url)
APPLICATION=$(part 2 ledger-url)
APPLICATION_PASSWORD=$(part 3 ledger-url)
for found in "$OWNER" "$OWNER_PASSWORD" "$APPLICATION" "$APPLICATION_PASSWORD"; do
  if [ -z "$found" ]; then
    echo "ledger-owner-url and ledger-url: expected postgres://user:password@host:port/database in each." >&2
    exit 1
  fi
done
if [ "$OWNER" = "$APPLICATION" ]; then
  echo "ledger-owner-url and ledger-url name the same user. Expected two: who owns the tables could change what was written." >&2
  exit 1
fi
export PGPASSWORD OWNER OWNER_PASSWORD APPLICATION APPLICATION_PASSWORD

# By the environment: the arguments of a command can be read by others.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\getenv owner OWNER
\getenv owner_password OWNER_PASSWORD
\getenv application APPLICATION
\getenv application_password APPLICATION_PASSWORD
begin;
select format('create role %I', name) from unnest(array[:'owner', :'application']) as name
  where not exists (select from pg_roles where rolname = name) \gexec
alter role :"owner" with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'owner_password';
alter role :"application" with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'application_password';
revoke all on database :"DBNAME" from public;
grant connect on database :"DBNAME" to :"owner", :"application";
revoke all on schema public from public;
alter schema public owner to :"owner";
grant usage on schema public to :"application";
commit;
SQL
echo "The roles \"$OWNER\" and \"$APPLICATION\" are as they should be."
