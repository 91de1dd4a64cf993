using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Devices.Proofs;
using Doorward.Control.Sessions;
using Doorward.Core.Devices.Reports;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Devices;

public sealed class ProofTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Theory]
    [InlineData("", "")]
    [InlineData("signed by another key", "unsigned")]
    [InlineData("of another page", "challenge")]
    [InlineData("of another device", "other-device")]
    [InlineData("made up", "challenge")]
    [InlineData("of another session", "challenge")]
    [InlineData("for a session that is over", "challenge")]
    [InlineData("for another person's session", "other-owner")]
    [InlineData("for a session of another device", "other-session")]
    [InlineData("late", "clock")]
    [InlineData("by a held device", "held")]
    public async Task A_session_is_bound_to_the_device_that_signed_for_it_now_at_that_page(string what, string code)
    {
        const string origin = "https://auth.doorward.localhost:8443";
        var alice = await world.Control.AddUserAsync(Identifier.New("alice"));
        var person = what == "for another person's session" ? await world.Control.AddUserAsync(Identifier.New("bob")) : alice;
        using var device = await world.EnrolAsync(invitation: new { owner = alice.UserName });
        using var other = await world.EnrolAsync();
        var session = (await world.Control.SignInAsync(person)).Session;
        var challenges = world.Control.Services.GetRequiredService<SessionChallenges>();
        var challenge = challenges.Make(session.Id, origin, new BrowserPlace("192.0.2.7", "chromium"));
        var proof = new DeviceProof { Device = device.Id, Session = session.Id, Challenge = challenge, Origin = origin, Time = TimeProvider.System.GetUtcNow() };
        if (what == "for a session of another device") Assert.Equal(HttpStatusCode.OK, (await other.ProveAsync(proof with { Device = other.Id })).Status);
        if (what == "for a session that is over") await world.Control.Sessions.EndAsync(session.Id, SessionEnding.ByAdministrator("test", null), CancellationToken.None);
        if (what == "by a held device") await world.ActAsync($"{device.Id}/hold");
        proof = what switch
        {
            "of another page" => proof with { Origin = "https://evil.example" },
            "of another device" => proof with { Device = other.Id },
            "of another session" => proof with { Session = (await world.Control.SignInAsync(alice)).Session.Id },
            "made up" => proof with { Challenge = "sealed.1.00000000.AAAA" },
            "late" => proof with { Time = proof.Time.AddMinutes(-5) },
            _ => proof,
        };

        var answer = await device.ProveAsync(proof, what == "signed by another key" ? other.Key : null);

        Assert.Equal(code, answer.Problem?.Code ?? "");
        await using var db = world.Control.Open();
        Assert.Equal(what switch { "" => device.Id, "for a session of another device" => other.Id, _ => null }, db.Sessions.Single(s => s.Id == session.Id).DeviceId);
        var users = (await world.Local.GetFromJsonAsync<JsonElement>($"sessions?device={device.Id}")).GetProperty("items").EnumerateArray().Select(static one => one.GetProperty("id").GetString());
        Assert.Equal(code.Length == 0 ? [session.Id] : [], users);
        var (action, detail, said) = code.Length == 0 ? ("session-bound", "client", "chromium") : ("device-refused", "cause", code);
        Assert.Single(await world.AuditAsync(action), entry => entry.GetProperty("actor").GetString() == device.Id && entry.GetProperty("details").GetProperty(detail).GetString() == said);
    }

    [Fact]
    public async Task What_was_signed_for_one_place_is_on_record_once_and_again_for_another_place_and_sent_again_changes_nothing()
    {
        const string origin = "https://auth.doorward.localhost:8443";
        using var device = await world.EnrolAsync();
        var session = (await world.Control.SignInAsync(await world.Control.AddUserAsync(Identifier.New("alice")))).Session.Id;
        var challenges = world.Control.Services.GetRequiredService<SessionChallenges>();
        var there = new BrowserPlace("192.0.2.7", "chromium");
        var proof = new DeviceProof { Device = device.Id, Session = session, Challenge = challenges.Make(session, origin, there), Origin = origin, Time = TimeProvider.System.GetUtcNow() };
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await device.ProveAsync(proof)).Status);
        Assert.Equal(1, await CountAsync("session-bound", session));
        await device.ProveAsync(proof with { Challenge = challenges.Make(session, origin, there with { Client = "firefox" }) });
        Assert.Equal(2, await CountAsync("session-bound", session));

        // Two gateways, each of which tells of the thief; and of a session that nobody signed for.
        var records = world.Control.Services.GetRequiredService<BindingRecords>();
        var thief = new Stray { SessionId = session, Address = "198.51.100.1", Client = "curl" };
        var strays = new Strays { Strays_ = { thief, thief, new Stray(thief) { SessionId = "ses_none" }, new Stray(thief) { Address = "" }, new Stray(thief) { Client = new string('x', 100) } } };
        await records.TakeAsync("edge-1", strays, CancellationToken.None);
        await records.TakeAsync("edge-2", strays, CancellationToken.None);
        var told = Assert.Single(await world.AuditAsync("session-elsewhere"), entry => entry.GetProperty("target").GetString() == session).GetProperty("details");
        Assert.Equal(
            (device.Id, "198.51.100.1", "curl", "192.0.2.7", "firefox"),
            (told.GetProperty("device").GetString(), Said(told, "address"), Said(told, "client"), Said(told, "bound-address"), Said(told, "bound-client")));

        var places = new Strays { Strays_ = { Enumerable.Range(0, 100).Select(i => new Stray(thief) { Address = $"198.51.100.{i + 2}" }) } };
        await records.TakeAsync("edge-1", places, CancellationToken.None);
        Assert.Equal(16, await CountAsync("session-elsewhere", session));
    }

    private static string? Said(JsonElement details, string name) => details.GetProperty(name).GetString();

    private async Task<int> CountAsync(string action, string target) => (await world.AuditAsync(action)).Count(entry => entry.GetProperty("target").GetString() == target);
}
