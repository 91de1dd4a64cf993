#!/usr/bin/env bash
# Builds doorward-agent_VERSION_ARCH.deb of the agent compiled ahead of time.
#   deploy/agent/build.sh [FOLDER]    where it is put; the current one otherwise
set -euo pipefail
target=$(realpath "${1:-.}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
architecture=$(dpkg --print-architecture)
case $architecture in
  amd64) runtime=linux-x64 ;;
  arm64) runtime=linux-arm64 ;;
  *) printf 'no agent for %s\n' "$architecture" >&2; exit 1 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
dotnet publish src/Doorward.Agent.Host -c Release -r "$runtime" -o "$folder/published" --verbosity quiet
install -D -m 755 "$folder/published/doorward-agent" "$folder/root/usr/bin/doorward-agent"
install -D -m 644 deploy/agent/doorward-agent.service "$folder/root/usr/lib/systemd/system/doorward-agent.service"
install -D -m 644 deploy/agent/doorward-connector.service "$folder/root/usr/lib/systemd/system/doorward-connector.service"
install -D -m 644 LICENSE "$folder/root/usr/share/doc/doorward-agent/copyright"
install -D -m 755 -t "$folder/root/DEBIAN" deploy/agent/postinst deploy/agent/prerm deploy/agent/postrm
cat >"$folder/root/DEBIAN/control" <<CONTROL
Package: doorward-agent
Version: $version
Architecture: $architecture
Maintainer: The Doorward authors <doorward@example.invalid>
Depends: libc6, libssl3 | libssl3t64
Recommends: nftables
Section: net
Priority: optional
Description: proves to a Doorward installation which machine this is, and how it is
 Enrol with doorward-agent enroll and the one-time link of an administrator.
CONTROL
dpkg-deb --root-owner-group --build "$folder/root" "$target/doorward-agent_${version}_${architecture}.deb"
