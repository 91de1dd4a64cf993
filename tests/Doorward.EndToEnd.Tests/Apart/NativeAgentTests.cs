using System.Text.Json;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Apart;

/// <summary>The agent compiled ahead of time: without a warning, small, and reading what the one that is built reads.</summary>
public class NativeAgentTests
{
    private const int MostMegabytes = 25;

    [Fact(Explicit = true)]
    public async Task Compiled_ahead_of_time_it_is_one_small_file_that_reads_the_same_facts()
    {
        Assert.SkipUnless(NativePublication.CanPublish, "compiling ahead of time needs clang and zlib1g-dev");
        var native = await NativePublication.Agent.PublishAsync();

        var size = new FileInfo(native).Length / 1024 / 1024;
        System.Console.WriteLine($"note: the agent compiled ahead of time has {size} MB");
        Assert.InRange(size, 1, MostMegabytes);
        Assert.Equal(await FactsAsync(Executable.Agent), await FactsAsync(native));
    }

    private static async Task<IReadOnlyList<string>> FactsAsync(string agent)
    {
        await using var process = ChildProcess.Start(agent, "posture", "-o", "json");
        Assert.Equal(0, await process.ExitAsync());
        using var json = JsonDocument.Parse(process.Output);
        return [.. json.RootElement.EnumerateArray().Select(static fact => $"{fact.GetProperty("name").GetString()} {fact.GetProperty("state").GetString()}")];
    }
}
