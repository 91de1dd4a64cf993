#!/usr/bin/env bash
# Writes PublicAPI.Unshipped.txt anew from the code: whatever is public and not in PublicAPI.Shipped.txt. Look at the difference.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
printf '#nullable enable\n' > PublicAPI.Unshipped.txt
dotnet format analyzers Doorward.Cedar.csproj --diagnostics RS0016 RS0037 --severity warn --verbosity quiet
{ printf '#nullable enable\n'; grep -v '^#nullable' PublicAPI.Unshipped.txt | sed '/^$/d' | LC_ALL=C sort; } > PublicAPI.Unshipped.sorted
mv PublicAPI.Unshipped.sorted PublicAPI.Unshipped.txt
printf '%d public members are not shipped yet\n' "$(($(wc -l < PublicAPI.Unshipped.txt) - 1))"
