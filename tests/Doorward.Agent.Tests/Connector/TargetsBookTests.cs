using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Agent.Connector;
using Doorward.Core.Tunnels;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Agent.Tests.Connector;

public sealed class TargetsBookTests : IDisposable
{
    private readonly ECDsa _authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly FakeTimeProvider _time = new();
    private readonly TargetsBook _book;
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private byte[]? _answer;
    private int _reads;

    public TargetsBookTests() => _book = new TargetsBook(
        new ConnectorRecord { Connector = "hq", Replica = "r1", Auth = "", Agent = "", Root = "", Authority = PemOf(_authority) }, _time);

    public void Dispose()
    {
        _book.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task What_the_control_plane_signed_is_found_without_being_asked_for_again()
    {
        _answer = Signed(5, "db", 3);
        Assert.NotNull(await FindAsync("db", 3));
        Assert.NotNull(await FindAsync("db", 2));
        Assert.Equal(1, _reads);
    }

    // No later order names it: whoever orders it all the same is a gateway that is not to be believed.
    [Fact]
    public async Task What_was_taken_away_is_gone_after_a_minute_whatever_is_ordered()
    {
        _answer = Signed(5, "db", 3);
        Assert.NotNull(await FindAsync("db", 0));
        _answer = Signed(6, "other", 4);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(await FindAsync("db", 0));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await FindAsync("db", 0));
    }

    [Fact]
    public async Task A_later_version_is_asked_for()
    {
        _answer = Signed(5, "db", 3);
        await FindAsync("db", 3);
        _answer = Signed(6, "db", 4);
        Assert.Equal(4, (await FindAsync("db", 4))!.Version);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task A_version_that_the_control_plane_does_not_know_is_none()
    {
        _answer = Signed(5, "db", 3);
        Assert.Null(await FindAsync("db", 4));
        Assert.Null(await FindAsync("other", 1));
    }

    [Fact]
    public async Task That_nobody_answered_is_another_thing_than_that_there_is_none()
    {
        Assert.Equal((null, false), await AskAsync("db", 3));
        _answer = Signed(5, "db", 3);
        Assert.True((await AskAsync("db", 3)).HasHeard);
        Assert.Equal((null, true), await AskAsync("other", 1));
        _answer = null;
        Assert.Equal((null, false), await AskAsync("other", 1));
    }

    [Fact]
    public async Task Targets_that_another_signed_or_somebody_widened_are_not_believed()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _answer = Signed(5, "db", 3, other);
        Assert.Null(await FindAsync("db", 3));

        var signed = JsonSerializer.Deserialize(Signed(5, "db", 3), TunnelJson.Default.SignedConnectorTargets)!;
        var widened = Targets(5, "db", 3, "hq") with { Applications = [new ApplicationTargets("db", 3, [new TunnelTarget("10.0.0.1", [new PortRange(1, 65535)])], true)] };
        _answer = JsonSerializer.SerializeToUtf8Bytes(
            signed with { Targets = JsonSerializer.SerializeToUtf8Bytes(widened, TunnelJson.Default.ConnectorTargets) }, TunnelJson.Default.SignedConnectorTargets);
        Assert.Null(await FindAsync("db", 3));
    }

    [Fact]
    public async Task Targets_of_another_connector_are_not_taken()
    {
        _answer = Signed(5, "db", 3, connector: "branch");
        Assert.Null(await FindAsync("db", 3));
    }

    [Fact]
    public async Task Older_targets_do_not_come_back()
    {
        _answer = Signed(6, "other", 1);
        await FindAsync("other", 1);
        _answer = Signed(5, "db", 3);
        Assert.Null(await FindAsync("db", 3));
    }

    [Fact]
    public async Task After_a_restore_lower_revisions_are_taken_and_those_of_before_do_not_come_back()
    {
        var signed = new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
        var before = _answer = Sign(Targets(90, "db", 80, "hq") with { Epoch = "one", Signed = signed });
        Assert.NotNull(await FindAsync("db", 80, "one"));

        // Its version is higher, and says nothing of the one that is asked for.
        _answer = null;
        Assert.Null(await FindAsync("db", 4, "two"));
        _answer = Sign(Targets(5, "db", 4, "hq") with { Epoch = "two", Signed = signed.AddMinutes(1) });
        Assert.Equal(4, (await FindAsync("db", 4, "two"))!.Version);
        _answer = before;
        Assert.Null(await FindAsync("db", 80, "one"));
        Assert.Equal(4, (await FindAsync("db", 4, "two"))!.Version);
        _answer = Sign(Targets(4, "other", 4, "hq") with { Epoch = "two", Signed = signed.AddMinutes(2) });
        Assert.Null(await FindAsync("other", 4, "two"));
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_changes_nothing()
    {
        _answer = Signed(5, "db", 3);
        await FindAsync("db", 3);
        foreach (var bad in (string[])["", "{}", "[]", "null", """{"targets":"","signature":""}"""])
        {
            _answer = System.Text.Encoding.UTF8.GetBytes(bad);
            Assert.Null(await FindAsync("db", 4));
            Assert.NotNull(await FindAsync("db", 3));
        }

        _answer = null;
        Assert.Null(await FindAsync("db", 4));
    }

    private async Task<ApplicationTargets?> FindAsync(string application, long version, string? epoch = null) => (await AskAsync(application, version, epoch)).Targets;

    private Task<(ApplicationTargets? Targets, bool HasHeard)> AskAsync(string application, long version, string? epoch = null) => _book.FindAsync(
        new ConnectorOrder("o1", application, version, "db.internal", 5432) { Epoch = epoch },
        (_, _) =>
        {
            _reads++;
            return Task.FromResult(_answer);
        },
        _ct);

    private static ConnectorTargets Targets(long revision, string application, long version, string connector) =>
        new(connector, revision, [new ApplicationTargets(application, version, [new TunnelTarget("db.internal", [new PortRange(5432, 5432)])], false)]);

    private byte[] Signed(long revision, string application, long version, ECDsa? by = null, string connector = "hq") => Sign(Targets(revision, application, version, connector), by);

    private byte[] Sign(ConnectorTargets said, ECDsa? by = null)
    {
        var targets = JsonSerializer.SerializeToUtf8Bytes(said, TunnelJson.Default.ConnectorTargets);
        byte[] signed = [.. SignedConnectorTargets.Prefix, .. targets];
        var signature = (by ?? _authority).SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return JsonSerializer.SerializeToUtf8Bytes(new SignedConnectorTargets(targets, signature), TunnelJson.Default.SignedConnectorTargets);
    }

    private static string PemOf(ECDsa key)
    {
        using var certificate = new CertificateRequest("CN=components", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return certificate.ExportCertificatePem();
    }
}
