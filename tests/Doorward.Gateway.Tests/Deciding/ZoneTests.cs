using Doorward.Core.Protocol;
using Doorward.Testing.ControlPlane;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>The hour that policies read is that of the person's clock, and of the installation's where they have none.</summary>
public sealed class ZoneTests
{
    // Half a day from UTC, and two hours wide, in case one ends meanwhile.
    private static int Hour => (TimeProvider.System.GetUtcNow().Hour + 12) % 24;

    [Fact]
    public async Task The_installations_zone_counts_for_who_has_none_and_a_change_of_it_too()
    {
        await using var gateway = await DecidingGateway.StartAsync(
            policy: $"permit (principal, action, resource) when {{ context.time.hour == {Hour} || context.time.hour == {(Hour + 1) % 24} }};");
        var alice = gateway.SignIn("ses_a", "alice");
        Assert.Equal(403, await gateway.StatusAsync(alice));

        var settings = new Settings { Domain = gateway.Plane.Domain, PublicPort = 443, TimeZone = "Etc/GMT-12" };
        gateway.Plane.Commit(new Change { Settings = settings });

        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "the installation's clock counted");
    }
}
