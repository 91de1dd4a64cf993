#!/usr/bin/env bash
# Builds once, runs every test project, and ends with the line `N passed, N failed, N skipped`.
#   ./test.sh           everything but fuzzing and soak tests (under 15 minutes on two cores)
#   ./test.sh --long    those too
#   ./test.sh Cedar     only the projects whose name contains a word
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

explicit=off
words=()
for argument in "$@"; do
  case $argument in
    --long) explicit=on ;;
    -*) printf 'usage: ./test.sh [--long] [WORD ...]\n' >&2; exit 2 ;;
    *) words+=("$argument") ;;
  esac
done

# command, Debian package, what is not tested without it
needs='
chromium chromium sign-in and pages in a real browser
certutil libnss3-tools trust in browser stores
node nodejs OpenID Connect peers of others, the editor of policies
npm npm OpenID Connect peers of others, the editor of policies
clang clang the gateway compiled ahead of time
openssl openssl certificates as others read them
zsh zsh completion in zsh
curl curl README and guides followed to the letter
python3 python3 scripts against the contract
swtpm swtpm device keys and attestation with a TPM
swtpm_setup swtpm-tools endorsement certificates of a TPM
nft nftables the firewall as the kernel has it
softhsm2-util softhsm2 device keys in a PKCS#11 token
sshd openssh-server SSH by certificates of ours
ssh openssh-client SSH through a tunnel
pg_ctlcluster postgresql a database through a tunnel
ip iproute2 machines as network namespaces
'
have_zlib() { [ -f /usr/include/zlib.h ]; }

install_missing() {
  local missing=() command package purpose
  while read -r command package purpose; do
    [ -z "$command" ] || command -v "$command" >/dev/null || missing+=("$package")
  done <<<"$needs"
  have_zlib || missing+=(zlib1g-dev)
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    printf 'installing what tests need: %s\n' "${missing[*]}"
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
      >"$results/apt.log" 2>&1; then return 0; fi
    printf 'could not install them (log: %s)\n' "$results/apt.log"
  fi
  while read -r command package purpose; do
    [ -z "$command" ] || command -v "$command" >/dev/null || printf 'skipping, for want of %s: %s\n' "$package" "$purpose"
  done <<<"$needs"
  have_zlib || printf 'skipping, for want of zlib1g-dev: the gateway compiled ahead of time\n'
}

finish() { printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"; exit "$1"; }

wanted() {
  local word
  [ ${#words[@]} -gt 0 ] || return 0
  for word in "${words[@]}"; do case $1 in *"$word"*) return 0 ;; esac; done
  return 1
}

# Prints what a project's tests said, at once, and leaves its totals; a run that leaves no summary (a crash, a hang) is a failure.
run_project() {
  local name=$1 said
  said=$(test_project "$name")
  printf '%s\n' "$said"
}

test_project() {
  local name=$1 begun=$SECONDS log=$results/$1.log summary total errors bad skips idle code
  timeout --kill-after=10 "$limit" "artifacts/bin/$name/release/$name" -noLogo -noColor -noAutoReporters \
    -explicit "$explicit" -result-xml "$results/$name.xml" >"$log" 2>&1 </dev/null
  code=$?
  summary=$(grep -E 'Total: [0-9]+, Errors:' "$log" | tail -n 1)
  if [ "$code" -eq 0 ] && grep -q -E 'Total: 0$' "$log"; then
    printf '%-28s no tests\n' "$name"
    total 0 0 0
    return
  fi
  if [ -z "$summary" ]; then
    printf '%-28s ended with code %d and no summary after %d s:\n' "$name" "$code" $((SECONDS - begun))
    tail -n 40 "$log"
    total 0 1 0
    return
  fi
  read -r total errors bad skips idle _ <<<"$(sed -E 's/.*Total: //; s/[^0-9]+/ /g' <<<"$summary")"
  bad=$((bad + errors))
  total=$((total + errors - bad - skips - idle))
  printf '%-28s %d passed, %d failed, %d skipped (%d s)\n' "$name" "$total" "$bad" "$skips" $((SECONDS - begun))
  if [ "$code" -ne 0 ]; then
    grep -v -E '^ *(Discover|Starting|Finished)' "$log"
    # An exit code that the numbers do not explain must not pass.
    [ "$bad" -gt 0 ] || bad=1
  else
    grep -A 1 -E '\[SKIP\]$' "$log" | grep -v '^--$'
    grep '^note: ' "$log"
  fi
  total "$total" "$bad" "$skips"
}

total() { printf '%d %d %d\n' "$@" >"$results/$name.total"; }

slowest() {
  grep -h -o -E '<test [^>]*>' "$results"/*.xml 2>/dev/null \
    | sed -E 's/.* name="([^"]*)".* time="([0-9.]+)".*/\2 \1/' | sort -rn | head -n 8 \
    | while read -r seconds test; do printf '  %6.1f s  %s\n' "$seconds" "$test"; done
}

passed=0 failed=0 skipped=0 begun=$SECONDS
results=$PWD/artifacts/test-results
limit=$([ "$explicit" = on ] && echo 4h || echo 40m)
rm -rf "$results" && mkdir -p "$results" || exit 1
install_missing

if ! command -v dotnet >/dev/null; then
  printf 'the .NET 10 SDK is not installed: https://dot.net/download\n'
  finish 1
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
# Every process here lives for seconds: counting for later optimisation costs a quarter of the time and is never repaid.
export DOTNET_TieredPGO=0
printf 'building\n'
# One compiler for all projects takes half the time of one for each; it is told to go, so as to leave nothing running.
dotnet build Doorward.slnx --configuration Release --verbosity quiet -p:NuGetAudit=false -p:UseSharedCompilation=true >"$results/build.log" 2>&1 </dev/null
built=$?
dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 </dev/null
if [ "$built" -ne 0 ]; then
  grep -E 'error ' "$results/build.log" | sort -u | head -n 20
  printf 'the build failed (log: %s)\n' "$results/build.log"
  failed=1
  finish 1
fi
printf 'built (%d s)\n' $((SECONDS - begun))

# Two at a time; then the whole system, alone: a unit that is broken says so more plainly.
ran=()
for project in $(find tests -name '*.Tests.csproj' ! -name '*EndToEnd*' -printf '%f\n' | sort -r) Doorward.EndToEnd.Tests.csproj; do
  name=${project%.csproj}
  wanted "$name" || continue
  ran+=("$name")
  if [[ $name = *EndToEnd* ]]; then wait; elif [ "$(jobs -rp | wc -l)" -ge 2 ]; then wait -n; fi
  run_project "$name" &
done
wait
for name in "${ran[@]}"; do
  read -r good bad skips <"$results/$name.total" || { good=0 bad=1 skips=0; }
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skips))
done

printf 'slowest tests:\n'
slowest
printf 'took %d s\n' $((SECONDS - begun))
if [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then finish 1; fi
finish 0
