using System.Diagnostics;
using System.Text.Json.Nodes;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Cuts;

public sealed class BenchTests
{
    [Fact]
    public async Task Measures_a_revocation_and_says_in_json_what_the_clients_saw()
    {
        var (code, output, error) = await RunAsync("bench", "revoke", "--sessions", "12", "--connections", "50", "--causes", "session-revoked");

        Assert.True(code == 0, error);
        var cause = JsonNode.Parse(output)!["causes"]!.AsArray().Single()!;
        Assert.Equal(
            ("session-revoked", 50, 0, 0, 0),
            (cause["cause"]!.GetValue<string>(), Count(cause, "connections"), Count(cause, "neverCut"), Count(cause, "letInAgain"), Count(cause, "bystandersCut")));
        Assert.True(cause["fromIssue"]!["p99"]!.GetValue<double>() > 0);
        Assert.Equal(["download", "h2", "http", "sse", "websocket"], cause["kinds"]!.AsObject().Select(kind => kind.Key));
        Assert.Equal("""{"401":10}""", cause["nextRequest"]!.ToJsonString());
    }

    [Theory]
    [InlineData("--causes", "nothing")]
    [InlineData("--kinds", "carrier-pigeon")]
    [InlineData("--connections", "0")]
    public async Task Refuses_what_it_cannot_measure(string option, string value)
    {
        var (code, output, error) = await RunAsync("bench", "revoke", option, value);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(option, error, StringComparison.Ordinal);
    }

    private static int Count(JsonNode cause, string what) => cause[what]!.GetValue<int>();

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Executable.Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
