using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Apart;

public class ApartTests
{
    [Fact]
    public Task A_gateway_apart_joins_lets_in_keeps_out_cuts_and_forgets_what_has_ended() => CoreScenario.RunAsync(gatewayExecutable: null);

    [Fact]
    public async Task A_gateway_is_let_in_by_its_token_once_and_put_out_for_good()
    {
        await using var installation = await Installation.StartAsync(["alice"]);
        using var alice = await installation.SignInAsync("alice");
        await using (var second = ChildProcess.Start(Executable.Gateway, "--config", await SecondConfigurationAsync(installation.Product)))
        {
            await second.SaysAsync("The join token is used");
            Assert.DoesNotContain("ready", second.Output, StringComparison.Ordinal);
        }

        await installation.Product.RunAsync("gateway", "revoke", "edge-1");

        await Eventually.TrueAsync(async () => await installation.StatusAsync(alice) == 503, "the gateway stopped serving");
        await installation.Product.Gateway!.KillAsync();
        await using var again = ChildProcess.Start(Executable.Gateway, "--config", Path.Combine(installation.Product.Folder, "gateway.json"));
        await again.SaysAsync("names no gateway in good standing");
        Assert.Equal(0, await installation.StatusAsync(alice));
    }

    /// <summary>Another gateway with the same token, as who copied the file would start it.</summary>
    private static async Task<string> SecondConfigurationAsync(ApartProduct product)
    {
        var settings = await File.ReadAllTextAsync(Path.Combine(product.Folder, "gateway.json"));
        var other = Path.Combine(product.Folder, "second.json");
        await File.WriteAllTextAsync(other, settings
            .Replace(product.GatewayData, product.GatewayData + "-2", StringComparison.Ordinal)
            .Replace($"127.0.0.1:{product.Port}", "127.0.0.1:0", StringComparison.Ordinal));
        return other;
    }
}
