#!/usr/bin/env bash
# What 10,000 devices that report every 30 seconds cost the control plane: takes about ten minutes on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build bench/Doorward.Benchmarks --configuration Release --verbosity quiet -p:NuGetAudit=false
artifacts/bin/Doorward.Benchmarks/release/Doorward.Benchmarks devices "$@"
