#!/usr/bin/env bash
# What the console costs: time to first content, memory with 200 circuits open, and lists of 10,000 rows. Needs Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/Doorward.EndToEnd.Tests --configuration Release --verbosity quiet -p:NuGetAudit=false
artifacts/bin/Doorward.EndToEnd.Tests/release/Doorward.EndToEnd.Tests -noLogo -noColor -explicit only -showLiveOutput -class '*ConsoleFigures' -class '*ConsoleListFigures' -class '*ConsoleGrantFigures'
