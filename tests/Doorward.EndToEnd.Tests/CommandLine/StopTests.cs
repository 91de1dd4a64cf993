using Doorward.Testing;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.CommandLine;

public sealed class StopTests
{
    private const string Stopping = "\nstop   what is open is cut";

    [Fact]
    public async Task Up_says_that_it_stops_when_it_is_told_to_and_not_before()
    {
        var data = Directory.CreateTempSubdirectory("dw-stop-");
        await using var up = ChildProcess.Start(Executable.Path, "up", "--data", data.FullName, "--listen", $"127.0.0.1:{FreePort.Choose()}", "--domain", "doorward.test");
        await up.ReadyAsync();
        Assert.DoesNotContain(Stopping, up.Output);

        await up.TerminateAsync();

        Assert.Contains(Stopping, up.Output);
        data.Delete(recursive: true);
    }
}
