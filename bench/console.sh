#!/usr/bin/env bash
# What the console costs: time to first content, and memory with 200 circuits open. Needs Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/Doorward.EndToEnd.Tests --configuration Release --verbosity quiet -p:NuGetAudit=false
artifacts/bin/Doorward.EndToEnd.Tests/release/Doorward.EndToEnd.Tests -noLogo -noColor -explicit only -showLiveOutput -class '*ConsoleFigures'
