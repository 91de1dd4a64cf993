using System.Net;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Apart;

/// <summary>What every build of the gateway must do, as a stranger sees it: join, let in, keep out, cut, and remember nothing that has ended.</summary>
internal static class CoreScenario
{
    public static async Task RunAsync(string? gatewayExecutable)
    {
        await using var installation = await Installation.StartAsync(["alice", "carol", "dave", "bob"], gatewayExecutable);
        await LetsInWhomPolicySaysAsync(installation);
        await CutsWithReasonAsync(installation);
        await ForgetsAcrossRestartsAsync(installation);
    }

    private static async Task LetsInWhomPolicySaysAsync(Installation installation)
    {
        using var nobody = installation.Product.NewVisitor();
        Assert.Equal(401, await installation.StatusAsync(nobody));
        using var asked = await nobody.SendAsync(HttpMethod.Get, installation.Wiki);
        Assert.Equal(HttpStatusCode.Redirect, asked.StatusCode);
        Assert.Equal($"auth.{ApartProduct.Domain}", asked.Headers.Location!.Host);

        using var bob = installation.Product.NewVisitor();
        using var denied = await bob.SignInAsync(installation.Wiki, "bob");
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        Assert.Contains("bob", await denied.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task CutsWithReasonAsync(Installation installation)
    {
        using var alice = await installation.SignInAsync("alice");
        await using var first = await installation.OpenWebSocketAsync(alice, HttpVersion.Version11);
        await using var second = await installation.OpenWebSocketAsync(alice, HttpVersion.Version20);
        Assert.False(first.Ended.IsCompleted || second.Ended.IsCompleted);

        await installation.RevokeAsync("alice");

        var endings = await Task.WhenAll(first.Ended, second.Ended).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.All(endings, ending => Assert.StartsWith("1008 ", ending.How, StringComparison.Ordinal));
        Assert.Equal(401, await installation.StatusAsync(alice));
    }

    private static async Task ForgetsAcrossRestartsAsync(Installation installation)
    {
        using var carol = await installation.SignInAsync("carol");
        using var dave = await installation.SignInAsync("dave");
        await installation.Product.Gateway!.KillAsync();
        await installation.RevokeAsync("carol");

        // The token is used up, and its file gone: what the gateway needs, it kept.
        File.Delete(Path.Combine(installation.Product.Folder, "join.token"));
        await installation.Product.StartGatewayAsync();

        Assert.Equal(401, await installation.StatusAsync(carol));
        Assert.Equal(200, await installation.StatusAsync(dave));
        Assert.Equal(0, await installation.Product.Gateway.TerminateAsync());
        await installation.Product.RunAsync("audit", "verify", "--checkpoint", installation.Product.OutsideCheckpoint);
    }
}
