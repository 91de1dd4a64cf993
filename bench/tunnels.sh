#!/usr/bin/env bash
# What private access costs: one stream beside stunnel, and 5,000 idle tunnels. Takes about five minutes on two cores; needs stunnel4.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v stunnel >/dev/null || { printf 'stunnel is not installed: apt-get install stunnel4\n' >&2; exit 1; }
dotnet build Doorward.slnx --configuration Release --verbosity quiet -p:NuGetAudit=false
ulimit -n "$(ulimit -H -n)"
artifacts/bin/Doorward.EndToEnd.Tests/release/Doorward.EndToEnd.Tests -noLogo -noColor -class '*TunnelFigures' -explicit only -parallel none -showLiveOutput "$@"
