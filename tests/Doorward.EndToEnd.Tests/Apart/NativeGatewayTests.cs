using System.Globalization;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Apart;

/// <summary>What holds for the gateway as built must hold for the one compiled ahead of time; and it is there for being small and quick.</summary>
public class NativeGatewayTests
{
    private const int MostMegabytes = 50;

    [Fact]
    public async Task Compiled_ahead_of_time_it_does_all_that_it_does_as_built()
    {
        Assert.SkipUnless(NativePublication.CanPublish, "compiling ahead of time needs clang and zlib1g-dev");
        await CoreScenario.RunAsync(await NativePublication.Gateway.PublishAsync());
    }

    [Fact]
    public async Task Compiled_ahead_of_time_it_is_small()
    {
        Assert.SkipUnless(NativePublication.CanPublish, "compiling ahead of time needs clang and zlib1g-dev");
        await using var product = await ApartProduct.StartAsync(await NativePublication.Gateway.PublishAsync());
        await product.Gateway!.KillAsync();
        var begun = TimeProvider.System.GetTimestamp();
        await product.StartGatewayAsync();
        var took = TimeProvider.System.GetElapsedTime(begun);

        var status = await File.ReadAllLinesAsync($"/proc/{product.Gateway.Id}/status");
        var resident = long.Parse(status.First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;

        System.Console.WriteLine($"note: the gateway compiled ahead of time judged requests after {took.TotalMilliseconds:F0} ms, in {resident} MB");
        Assert.InRange(resident, 1, MostMegabytes);
    }
}
