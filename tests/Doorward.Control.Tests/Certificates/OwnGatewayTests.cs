using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Control.Certificates;
using Doorward.Control.Tests.Api;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Certificates;

/// <summary>The gateway of `up`, on which every door of the installation hangs.</summary>
public sealed class OwnGatewayTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task It_cannot_be_revoked_and_another_one_can()
    {
        await using var host = await ApiHost.StartAsync(ownGateway: "local");
        using var own = await host.Control.JoinAsync("local");
        using var edge = await host.Control.JoinAsync("edge");

        using var refused = await host.Local.DeleteAsync("gateways/local");
        using var done = await host.Local.DeleteAsync("gateways/edge");

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.OK), (refused.StatusCode, done.StatusCode));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains("own process", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("Stop the process", problem.GetProperty("fix").GetString(), StringComparison.Ordinal);
        await using var db = host.Control.Open();
        Assert.Equal([("edge", true), ("local", false)], db.Gateways.OrderBy(g => g.Name).AsEnumerable().Select(g => (g.Name, g.Revoked is not null)));
    }

    [Fact]
    public async Task Where_gateways_are_apart_one_of_that_name_is_as_any_other()
    {
        await using var host = await ApiHost.StartAsync();
        using var gateway = await host.Control.JoinAsync("local");

        using var done = await host.Local.DeleteAsync("gateways/local");

        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("joined again elsewhere")]
    [InlineData("forgotten")]
    public async Task It_joins_anew_at_the_next_start_when_its_membership_does_not_hold(string what)
    {
        await using var control = await TestControlPlane.StartAsync(ownGateway: "local");
        using var before = await control.JoinAsync("local");
        await File.WriteAllTextAsync(_file, before.Certificate!.ExportCertificatePem());
        if (what == "revoked")
        {
            await control.Services.GetRequiredService<GatewayMembers>().RevokeAsync("local", CancellationToken.None);
        }
        else if (what == "forgotten")
        {
            await using var db = control.Open();
            db.Gateways.Remove(db.Gateways.Single());
            await db.SaveChangesAsync();
        }
        else
        {
            using var other = await control.JoinAsync("local");
        }

        var secret = await AdmitAsync(control);

        Assert.False(File.Exists(_file));
        using var stranger = TestGateway.Stranger(control);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var again = TestGateway.With(
            control, await stranger.Membership.JoinAsync(new JoinRequest { Token = secret!.ToString(), Name = "local", Csr = TestGateway.Csr(key) }), key);
        Assert.False((await again.Sessions.ResolveAsync(new ResolveRequest { SessionId = "ses_none", Host = "wiki.doorward.localhost" })).Found);
    }

    [Fact]
    public async Task It_goes_on_with_a_certificate_that_is_good()
    {
        await using var control = await TestControlPlane.StartAsync(ownGateway: "local");
        using var gateway = await control.JoinAsync("local");
        await File.WriteAllTextAsync(_file, gateway.Certificate!.ExportCertificatePem());

        Assert.Null(await AdmitAsync(control));
        Assert.True(File.Exists(_file));
    }

    private Task<JoinSecret?> AdmitAsync(TestControlPlane control) =>
        control.Services.GetRequiredService<OwnGateway>().AdmitAsync(_file, CancellationToken.None);
}
