#!/usr/bin/env bash
# What 1,000 connectors cost gateway and control plane while nothing is asked of them, and how soon a change is with all: about six minutes on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build Doorward.slnx --configuration Release --verbosity quiet -p:NuGetAudit=false
ulimit -n "$(ulimit -H -n)"
artifacts/bin/Doorward.EndToEnd.Tests/release/Doorward.EndToEnd.Tests -noLogo -noColor -class '*ConnectorFigures' -explicit only -parallel none -showLiveOutput "$@"
