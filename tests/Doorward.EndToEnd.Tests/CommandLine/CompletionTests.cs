namespace Doorward.EndToEnd.Tests.CommandLine;

public sealed class CompletionTests
{
    // An interactive zsh on a terminal of its own: the line is typed, completed with the tabulator, and then printed by zsh itself.
    private const string TypeIntoZsh =
        """
        zmodload zsh/zpty
        zpty -b shell zsh -f -i
        await() {
          local got= piece= i
          for i in {1..600}; do
            if zpty -r shell piece; then got+=$piece; fi
            if [[ $got == *${~1}* ]]; then said=$got; return; fi
            sleep 0.1
          done
          print -r -- "never said $1: ${(V)got}"
          exit 1
        }
        zpty -w shell 'autoload -Uz compinit; compinit -u -D; source <(doorward completion zsh); print REA""DY'
        await $'READY\r'
        zpty -n -w shell "$1"$'\t\C-aprint -r -- G""OT \C-m'
        await $'GOT doorward*\r'
        print -r -- ${${said##*GOT }%%$'\r'*}
        zpty -d shell
        """;

    [Theory]
    [InlineData("doorward sess", "session")]
    [InlineData("doorward session rev", "revoke")]
    [InlineData("doorward get pol", "policies")]
    [InlineData("doorward policy roll", "rollback")]
    [InlineData("doorward session revoke --us", "--user")]
    public async Task Bash_completes_what_was_begun(string line, string expected) => Assert.Equal(expected, await Shell.RunAsync(
        $"source <(doorward completion bash)\nCOMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({line}) COMP_CWORD={line.Count(c => c == ' ')}\n"
        + "_doorward\nprintf '%s\\n' \"${COMPREPLY[@]}\""));

    [Theory]
    [InlineData("doorward sess", "doorward session")]
    [InlineData("doorward get pol", "doorward get policies")]
    [InlineData("doorward policy roll", "doorward policy rollback")]
    [InlineData("doorward session revoke --us", "doorward session revoke --user")]
    [InlineData("doorward nonse", "doorward nonse")]
    public async Task Zsh_completes_what_was_begun(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh") || File.Exists("/bin/zsh"), "needs zsh");

        Assert.Equal(expected, await Shell.RunAsync($"timeout 90 zsh -f -c \"$(cat <<'END'\n{TypeIntoZsh}\nEND\n)\" zsh '{line}'"));
    }
}
