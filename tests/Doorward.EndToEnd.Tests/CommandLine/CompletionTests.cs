namespace Doorward.EndToEnd.Tests.CommandLine;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("doorward sess", "session")]
    [InlineData("doorward session rev", "revoke")]
    [InlineData("doorward get pol", "policies")]
    [InlineData("doorward session revoke --us", "--user")]
    public async Task Bash_completes_what_was_begun(string line, string expected) => Assert.Equal(expected, await Shell.RunAsync(
        $"source <(doorward completion bash)\nCOMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({line}) COMP_CWORD={line.Count(c => c == ' ')}\n"
        + "_doorward\nprintf '%s\\n' \"${COMPREPLY[@]}\""));
}
