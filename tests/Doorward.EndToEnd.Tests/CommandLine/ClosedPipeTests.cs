using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.CommandLine;

public sealed class ClosedPipeTests
{
    [Fact]
    public async Task What_streams_without_end_ends_when_its_reader_has_seen_enough()
    {
        await using var product = await ProductProcess.StartAsync();

        // The shell waits for both sides; `timeout` says 124 when it had to end the left one.
        var shell = Shell.RunAsync($"timeout 240 doorward audit tail --last 1000 --data '{product.Data}' | head -n 1 | wc -l; echo ${{PIPESTATUS[0]}}");
        for (var i = 0; !shell.IsCompleted; i++)
            await product.ApplyAsync($"kind: Group\nname: g{i}\n");

        var said = await shell;
        Assert.Equal("1\n0", said);
    }
}
