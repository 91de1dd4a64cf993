using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Identifiers;
using Doorward.Gateway.Feed;
using Doorward.Testing.ControlPlane;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Feed;

public sealed class ComponentTrustTests : IDisposable
{
    private const string Domain = "door.test";
    private static readonly string Laptop = SpiffeId.Device(Domain, DeviceId.New().Value).ToString();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
    private readonly TestAuthority _authority;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ComponentTrustTests() => _authority = new TestAuthority("component CA", _clock.GetUtcNow());

    [Theory]
    [InlineData(0, true)]
    [InlineData(23, true)]
    [InlineData(25, false)]
    [InlineData(24 * 30, false)]
    [InlineData(-48, false)]
    public void A_device_gets_through_the_handshake_as_long_as_its_certificate_is_good(int hours, bool accepted)
    {
        using var certificate = _authority.IssueComponent(Laptop, new PublicKey(_key), TimeSpan.FromHours(24));
        var trust = Trust();
        _clock.AdjustTime(_clock.GetUtcNow().AddHours(hours));
        Assert.Equal(accepted, trust.AcceptsDevice(certificate, Domain));
    }

    [Theory]
    [InlineData("spiffe://door.test/gateway/edge")]
    [InlineData("spiffe://door.test/control-plane")]
    [InlineData("spiffe://another.test/device/dev_0")]
    public void Who_is_no_device_of_this_installation_does_not(string id)
    {
        using var certificate = _authority.IssueComponent(id, new PublicKey(_key), TimeSpan.FromHours(24));
        Assert.False(Trust().AcceptsDevice(certificate, Domain));
    }

    [Fact]
    public void A_device_of_another_authority_does_not()
    {
        using var other = new TestAuthority("component CA", _clock.GetUtcNow());
        using var certificate = other.IssueComponent(Laptop, new PublicKey(_key), TimeSpan.FromHours(24));
        Assert.False(Trust().AcceptsDevice(certificate, Domain));
        Assert.False(Trust().AcceptsDevice(null, Domain));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    private ComponentTrust Trust() => new(new X509Certificate2Collection(_authority.Certificate), _clock);
}
