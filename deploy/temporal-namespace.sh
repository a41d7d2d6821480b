#!/bin/sh
# Makes the namespace when it is not there. 30 days of retention: the ledger keeps what matters for ever.
set -eu

temporal operator namespace describe -n "$NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create -n "$NAMESPACE" --retention 720h
