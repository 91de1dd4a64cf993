#!/usr/bin/env bash
# Pictures of every page of the console and of sign-in, light and dark, wide and narrow, in artifacts/screenshots: all stories in the browser, which take a few minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/Doorward.EndToEnd.Tests --configuration Release --verbosity quiet -p:NuGetAudit=false
export DOORWARD_SCREENSHOTS=$PWD/artifacts/screenshots
rm -rf "$DOORWARD_SCREENSHOTS"
mkdir -p "$DOORWARD_SCREENSHOTS"
artifacts/bin/Doorward.EndToEnd.Tests/release/Doorward.EndToEnd.Tests -noLogo -noColor -class "*.Browser.*"
printf 'pictures are in %s\n' "$DOORWARD_SCREENSHOTS"
