using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Control.Certificates;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Protocol;
using Grpc.Core;

namespace Doorward.Control.Tests.Certificates;

public sealed class HostCertificateTests
{
    [Fact]
    public async Task A_host_with_a_door_gets_a_certificate_that_the_web_root_vouches_for()
    {
        await using var control = await TestControlPlane.StartAsync();
        await AddApplicationAsync(control, "wiki", "wiki.doorward.localhost", "*.team.doorward.localhost");
        using var gateway = await control.JoinAsync();

        foreach (var host in new[] { "wiki.doorward.localhost", "a.team.doorward.localhost", "auth.doorward.localhost", "console.doorward.localhost" })
        {
            using var certificate = await IssueAsync(gateway, host);
            Assert.True(certificate.MatchesHostname(host));
            Assert.True(Chains(control, certificate));
        }
    }

    [Theory]
    [InlineData("unknown.doorward.localhost", StatusCode.NotFound)]
    [InlineData("team.doorward.localhost", StatusCode.NotFound)]
    [InlineData("*.team.doorward.localhost", StatusCode.NotFound)]
    [InlineData("WIKI.doorward.localhost", StatusCode.NotFound)]
    [InlineData("wiki.doorward.localhost.", StatusCode.NotFound)]
    [InlineData("127.0.0.1", StatusCode.NotFound)]
    [InlineData("wiki.example.org", StatusCode.FailedPrecondition)]
    public async Task Other_names_get_none(string host, StatusCode code)
    {
        await using var control = await TestControlPlane.StartAsync();
        await AddApplicationAsync(control, "wiki", "wiki.doorward.localhost", "*.team.doorward.localhost", "wiki.example.org");
        using var gateway = await control.JoinAsync();

        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(() => IssueAsync(gateway, host))).StatusCode);
    }

    [Fact]
    public async Task The_web_root_vouches_for_nothing_outside_the_domain()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(control.Data.Keys, "web-ca.key")));
        using var root = new CertificateAuthority(X509CertificateLoader.LoadCertificateFromFile(control.Data.WebCa), key);

        Assert.True(Chains(control, Forge(root, names => names.AddDnsName("any.doorward.localhost"))));
        Assert.False(Chains(control, Forge(root, names => names.AddDnsName("example.org"))));
        Assert.False(Chains(control, Forge(root, names => names.AddIpAddress(System.Net.IPAddress.Loopback))));
    }

    private static X509Certificate2 Forge(CertificateAuthority root, Action<SubjectAlternativeNameBuilder> name)
    {
        var names = new SubjectAlternativeNameBuilder();
        name(names);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return root.Issue(new PublicKey(key), new LeafProfile("x", names.Build(), [LeafProfile.ServerAuthentication], TimeSpan.FromHours(1)), TimeProvider.System.GetUtcNow());
    }

    private static async Task<X509Certificate2> IssueAsync(TestGateway gateway, string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var reply = await gateway.Hosts.IssueAsync(new HostCertificateRequest { Host = host, Csr = TestGateway.Csr(key) });
        return X509CertificateLoader.LoadCertificate(reply.Certificate.Span);
    }

    private static bool Chains(TestControlPlane control, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(control.Data.WebCa));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private static async Task AddApplicationAsync(TestControlPlane control, string name, params string[] hosts)
    {
        await using var db = control.Open();
        var json = JsonSerializer.Serialize(new ApplicationDefinition { Name = name, Hosts = [.. hosts] }, ApplicationJson.Default.ApplicationDefinition);
        db.Resources.Add(new ResourceDocument { Kind = ResourceKinds.Application, Name = name, Json = json, Created = default, Updated = default, UpdatedBy = "test" });
        await db.SaveChangesAsync();
    }
}
