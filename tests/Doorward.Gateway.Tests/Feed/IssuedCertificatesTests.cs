using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Gateway.Feed;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Feed;

public sealed class IssuedCertificatesTests
{
    private static readonly IssuedCertificate Certificate = Issue();
    private readonly IssuedCertificates _issued = new(wildcardLimit: 3);

    [Fact]
    public void Keeps_those_below_wildcards_that_were_used_last_and_all_that_a_door_names()
    {
        _issued.Put("wiki.test", Certificate, isNamed: true);
        foreach (var host in new[] { "a.pr.test", "b.pr.test", "c.pr.test" })
            _issued.Put(host, Certificate, isNamed: false);
        Assert.NotNull(_issued.Find("a.pr.test"));
        _issued.Put("d.pr.test", Certificate, isNamed: false);

        Assert.Null(_issued.Find("b.pr.test"));
        Assert.All(["wiki.test", "a.pr.test", "c.pr.test", "d.pr.test"], host => Assert.NotNull(_issued.Find(host)));

        for (var i = 0; i < 1000; i++)
            _issued.Put($"n{i}.pr.test", Certificate, isNamed: false);
        Assert.NotNull(_issued.Find("wiki.test"));
        Assert.Null(_issued.Find("a.pr.test"));
    }

    [Fact]
    public void Lists_those_that_a_door_names_first_and_counts_what_came()
    {
        _issued.Put("a.pr.test", Certificate, isNamed: false);
        _issued.Put("wiki.test", Certificate, isNamed: true);

        Assert.Equal(["wiki.test", "a.pr.test"], _issued.List(5).Select(entry => entry.Key));
        Assert.Equal("wiki.test", Assert.Single(_issued.List(1)).Value.ToHeld("wiki.test").Host);
        Assert.Equal(2, _issued.Puts);
        _issued.Put("wiki.test", Certificate, isNamed: true);
        Assert.Equal(3, _issued.Puts);
    }

    [Fact]
    public void Paces_what_is_taken_and_lends_so_much_ahead()
    {
        var clock = new FakeTimeProvider();
        var pace = new Pace(clock, perSecond: 2, ahead: 5);

        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => pace.TryTake()));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Enumerable.Range(0, 20).Count(_ => pace.TryTake()));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => pace.TryTake()));
    }

    private static IssuedCertificate Issue()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddDays(1));
        return new IssuedCertificate(SslStreamCertificateContext.Create(certificate, null, offline: true), now.AddHours(12), now.AddDays(1));
    }
}
