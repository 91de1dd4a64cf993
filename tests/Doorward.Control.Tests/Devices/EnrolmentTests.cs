using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Identifiers;
using Doorward.Testing.Devices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Control.Tests.Devices;

public sealed class EnrolmentTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Fact]
    public async Task A_machine_with_a_link_becomes_a_device_with_a_certificate_for_a_day()
    {
        await world.Control.AddUserAsync("alice");
        using var device = await world.EnrolAsync("alices-laptop.example.org", new { owner = "alice", labels = new { fleet = "office" } });

        Assert.Equal(SpiffeId.Device(TestInstallation.Domain, device.Id), SpiffeId.Of(device.Certificate!));
        Assert.InRange(device.Certificate!.NotAfter - device.Certificate.NotBefore, TimeSpan.FromHours(24), TimeSpan.FromHours(25.1));
        Assert.False(device.Certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal("file", device.Enrolled!.KeyAssurance);
        Assert.Equal("https://agent.doorward.localhost:8443", device.Enrolled.Agent);
        var shown = await world.ShowAsync("alices-laptop");
        Assert.Equal((device.Id, "alice", "active", "office", false), (
            shown.GetProperty("id").GetString(), shown.GetProperty("owner").GetString(), shown.GetProperty("standing").GetString(),
            shown.GetProperty("labels").GetProperty("fleet").GetString(), shown.GetProperty("compliant").GetBoolean()));
        Assert.Contains(await world.AuditAsync("device.enrol"), entry => entry.GetProperty("outcome").GetString() == "done" && entry.GetProperty("target").GetString() == device.Id);
    }

    [Fact]
    public async Task A_link_enrols_one_machine_even_when_a_hundred_try_at_the_same_time()
    {
        var link = await world.InviteAsync();
        var devices = Enumerable.Range(0, 100).Select(_ => world.NewDevice()).ToList();

        var answers = await Task.WhenAll(devices.Select(device => device.EnrolAsync(link, "crowd")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(99, answers.Count(answer => answer.Problem?.Code == "link"));
        await using var db = world.Control.Open();
        Assert.Single(db.Devices.Where(known => known.HostName == "crowd"));
        devices.ForEach(device => device.Dispose());
    }

    [Fact]
    public async Task A_flood_of_strangers_without_a_link_leaves_nothing_behind_and_whoever_has_one_enrols_meanwhile()
    {
        const int strangers = 300;
        var link = await world.InviteAsync();
        using var stranger = world.NewDevice();
        var before = await CountAsync();
        var flood = Parallel.ForAsync(0, strangers, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
        {
            var start = stranger.Start(link with { Secret = link.Secret with { Secret = RandomNumberGenerator.GetString("ABCDEFGHabcdefgh01234567", link.Secret.Secret.Length) } }, $"stranger-{number}");
            var finish = new EnrolmentFinish { Start = start, Attempt = "nobody gave it", SigningRequest = [1, 2, 3] };
            var code = number % 2 == 0 ? (await stranger.StartAsync(start)).Problem?.Code : (await stranger.FinishOnlyAsync(finish)).Problem?.Code;
            Assert.Equal("link", code);
        });
        using var decent = world.NewDevice();
        Assert.Equal(HttpStatusCode.OK, (await decent.EnrolAsync(link, "decent")).Status);
        await flood;

        // One device more, one invitation less, and the records of that enrolment.
        var after = await CountAsync();
        Assert.Equal((before.Devices + 1, before.Invitations - 1, before.Counters), (after.Devices, after.Invitations, after.Counters));
        Assert.InRange(after.Records - before.Records, 1, 10);

        async Task<(int Devices, int Invitations, int Counters, int Records)> CountAsync()
        {
            await using var db = world.Control.Open();
            return (await db.Devices.CountAsync(), await db.DeviceInvitations.CountAsync(), await db.RateLimits.CountAsync(),
                (await world.Local.GetStringAsync("audit/export")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        }
    }

    [Fact]
    public async Task A_link_is_good_for_a_day_and_a_challenge_for_two_minutes()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var later = await DeviceWorld.StartAsync(time);
        var link = await later.InviteAsync();
        using var device = later.NewDevice();
        var start = device.Start(link);
        var challenge = (await device.StartAsync(start)).Message!;
        var finish = new EnrolmentFinish { Start = start, Attempt = challenge.Attempt, SigningRequest = device.SigningRequest() };

        time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("late", (await device.FinishAsync(finish)).Problem?.Code);
        await using var db = later.Control.Open();
        await db.DeviceInvitations.ExecuteUpdateAsync(all => all.SetProperty(invitation => invitation.Expires, time.GetUtcNow()), CancellationToken.None);
        Assert.Equal("link", (await device.StartAsync(start)).Problem?.Code);
        Assert.Equal("link", (await device.FinishAsync(finish)).Problem?.Code);

        // On record once, and then with how many there were.
        time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("link", (await device.StartAsync(start)).Problem?.Code);
        var told = await later.AuditAsync("link-refused");
        Assert.Equal([("device.enrol", "192.0.2.7", 0), ("device.enrol", "192.0.2.7", 1)], told.Select(static entry => (
            entry.GetProperty("target").GetString(), entry.GetProperty("details").GetProperty("address").GetString(), entry.GetProperty("details").GetProperty("before").GetInt32())).Order());
    }

    [Theory]
    [InlineData("another key's request", "other-key")]
    [InlineData("a request for an authority", "signing-request")]
    [InlineData("a request for another name", "signing-request")]
    [InlineData("a challenge for another claim", "late")]
    [InlineData("a made-up challenge", "late")]
    [InlineData("an attestation that nobody asked for", "attestation")]
    [InlineData("a used link", "link")]
    public async Task What_is_not_in_order_enrols_nothing_and_leaves_the_link_as_it_was(string what, string code)
    {
        var link = await world.InviteAsync();
        using var device = world.NewDevice();
        using var other = world.NewDevice();
        if (what == "a used link") Assert.Equal(HttpStatusCode.OK, (await other.EnrolAsync(link)).Status);
        var start = device.Start(link);
        var challenge = (await device.StartAsync(start)).Message;
        var finish = new EnrolmentFinish { Start = start, Attempt = challenge?.Attempt ?? "", SigningRequest = device.SigningRequest() };
        finish = what switch
        {
            "another key's request" => finish with { SigningRequest = other.SigningRequest() },
            "a request for an authority" => finish with { SigningRequest = Request(device, new X509BasicConstraintsExtension(true, false, 0, true)) },
            "a request for another name" => finish with { SigningRequest = Request(device, Name("spiffe://doorward.localhost/gateway/edge")) },
            "a challenge for another claim" => finish with { Attempt = (await other.StartAsync(other.Start(link))).Message!.Attempt },
            "a made-up challenge" => finish with { Attempt = "sealed.1.00000000.AAAA" },
            "an attestation that nobody asked for" => finish with
            {
                Tpm = new TpmProof { Secret = [], Certification = [], CertificationSignature = [], Quote = [], QuoteSignature = [], Registers = [] },
            },
            _ => finish,
        };

        var (status, _, problem) = await device.FinishAsync(finish);

        Assert.Equal(code, problem?.Code);
        Assert.NotEqual(HttpStatusCode.OK, status);
        await using var db = world.Control.Open();
        Assert.DoesNotContain(db.Devices.AsEnumerable(), known => known.PublicKey.AsSpan().SequenceEqual(start.PublicKey));
        if (what != "a used link") Assert.Equal(HttpStatusCode.OK, (await device.EnrolAsync(link)).Status);
    }

    [Fact]
    public async Task Weak_keys_and_messages_that_make_no_sense_are_refused_before_anything_is_asked()
    {
        var link = await world.InviteAsync();
        using var device = world.NewDevice();
        using var weak = RSA.Create(2048);
        using var odd = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var good = device.Start(link);
        EnrolmentStart[] wrong =
        [
            good with { PublicKey = weak.ExportSubjectPublicKeyInfo() },
            good with { PublicKey = odd.ExportSubjectPublicKeyInfo() },
            good with { PublicKey = [.. good.PublicKey, 0] },
            good with { Keeper = "tpm" },
            good with { Keeper = "tpm-attested" },
            good with { Platform = "toaster" },
            good with { HostName = "lap\u202etop" },
            good with { HostName = new string('a', 300) },
            good with { Secret = link.Secret.ToText() + "x" },
        ];
        foreach (var start in wrong)
        {
            var (status, challenge, problem) = await device.StartAsync(start);
            Assert.True(challenge is null && problem is not null && (int)status is 400 or 403, $"{start.Keeper} {start.Platform} {status}");
        }

        Assert.Equal(HttpStatusCode.OK, (await device.StartAsync(good)).Status);
    }

    [Theory]
    [InlineData("""{"secret":null,"hostName":null,"platform":null,"keeper":null,"publicKey":null}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"secret":"x"}""", HttpStatusCode.BadRequest)]
    [InlineData("not json", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    public async Task A_message_that_cannot_be_read_is_refused(string body, HttpStatusCode status)
    {
        using var device = world.NewDevice();
        Assert.Equal(status, (await device.SendAsync("auth", DevicePaths.Start, new StringContent(body), DeviceJson.Default.EnrolmentChallenge)).Status);
    }

    [Fact]
    public async Task A_message_of_ten_megabytes_is_cut_off()
    {
        using var device = world.NewDevice();
        var answer = await device.SendAsync("auth", DevicePaths.Start, new StringContent(new string(' ', 10 * 1024 * 1024)), DeviceJson.Default.EnrolmentChallenge);
        Assert.Equal("too-large", answer.Problem?.Code);
    }

    [Fact]
    public async Task A_key_that_was_a_devices_once_enrols_no_second_one()
    {
        using var device = await world.EnrolAsync();
        using var clone = device.Clone();
        Assert.Equal("known-key", (await clone.EnrolAsync(await world.InviteAsync())).Problem?.Code);
        await world.ActAsync($"{device.Id}/retire");
        Assert.Equal("known-key", (await clone.EnrolAsync(await world.InviteAsync())).Problem?.Code);
    }

    [Fact]
    public async Task Machines_with_one_host_name_get_names_of_their_own()
    {
        using var first = await world.EnrolAsync("build");
        using var second = await world.EnrolAsync("BUILD");
        using var third = await world.EnrolAsync("\"';--");
        Assert.Equal(("build", "BUILD-2", "device"), (first.Enrolled!.Name, second.Enrolled!.Name, third.Enrolled!.Name));
    }

    [Fact]
    public async Task The_link_names_both_roots_so_that_a_machine_believes_no_others()
    {
        var link = await world.InviteAsync();
        Assert.True(EnrolmentLink.TryParse(link.ToText(), out var read) && read == link);
        Assert.True(link.Secret.IsOfComponents(TestGateway.Ca(world.Control)));
        Assert.True(link.Secret.IsOfWeb(X509CertificateLoader.LoadCertificateFromFile(world.Control.Data.WebCa)));
        Assert.False(link.Secret.IsOfWeb(TestGateway.Ca(world.Control)));
    }

    private static byte[] Request(TestDevice device, X509Extension asks)
    {
        var request = new CertificateRequest("CN=x", device.Key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(asks);
        return request.CreateSigningRequest();
    }

    private static X509Extension Name(string uri)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        return names.Build();
    }
}
