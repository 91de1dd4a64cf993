using System.Net;
using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Storage;
using Doorward.Core.Devices;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.WebUtilities;

namespace Doorward.Console.Tests.Devices;

/// <summary>The step of sign-in at which the machine's agent is asked: whom it concerns, what it allows, and what can be skipped by it.</summary>
public sealed class DeviceStepTests : IAsyncLifetime
{
    private const string Asks = "/device/check?";
    private static readonly string Browser = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes("nonce")));
    private static readonly string ForConsole = $"/signin?host=console.{AuthHost.Domain}&browser={Browser}&state=st1";
    private AuthHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("own", true)]
    [InlineData("nobody's", true)]
    [InlineData("another person's", false)]
    [InlineData("held", false)]
    [InlineData("retired", false)]
    public async Task Only_people_whose_device_could_sign_are_led_past_it(string whose, bool isLed)
    {
        var alice = await _host.AddPersonAsync("alice");
        await AddDeviceAsync(whose switch { "nobody's" => null, "another person's" => "usr_other", _ => alice.Id }, whose switch
        {
            "held" => DeviceStanding.Held,
            "retired" => DeviceStanding.Retired,
            _ => DeviceStanding.Active,
        });
        using var browser = _host.NewBrowser();
        var answer = await browser.SignInAsync("alice", ForConsole);
        Assert.Equal(isLed, answer.Path.StartsWith(Asks, StringComparison.Ordinal));
        Assert.Equal(!isLed, answer.Location?.Contains("/.doorward/callback?code=", StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task Its_page_may_ask_the_agent_and_no_other_page_may_and_without_scripts_it_goes_on_by_itself()
    {
        var alice = await _host.AddPersonAsync("alice");
        await AddDeviceAsync(alice.Id);
        using var browser = _host.NewBrowser();
        var page = await browser.SignInAsync("alice", ForConsole);
        Assert.Contains("connect-src 'self' http://127.0.0.1:24873 http://127.0.0.1:24874 ", Policy(page), StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", Policy(await browser.GetAsync("/")), StringComparison.Ordinal);
        Assert.Contains("<noscript><meta http-equiv=\"refresh\"", page.Html, StringComparison.Ordinal);

        var done = await browser.GetAsync(Onward(page));
        Assert.Contains("/.doorward/callback?code=", done.Location, StringComparison.Ordinal);

        // The next door is not asked for again: the answer would be the same.
        Assert.Contains("/.doorward/callback?code=", (await browser.GetAsync(ForConsole)).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_that_is_not_the_one_that_was_signed_for_is_led_past_it_again()
    {
        var alice = await _host.AddPersonAsync("alice");
        await AddDeviceAsync(alice.Id);
        using var browser = _host.NewBrowser();
        await browser.SignInAsync("alice", ForConsole);
        await using (var db = _host.OpenDb())
        {
            var session = db.Sessions.Single();
            (session.DeviceId, session.BoundClient) = (db.Devices.Single().Id, "the same browser before its update");
            await db.SaveChangesAsync();
        }

        Assert.StartsWith(Asks, (await browser.GetAsync(ForConsole)).Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("altered", false)]
    [InlineData("none", false)]
    [InlineData("for another door", false)]
    [InlineData("of another session", false)]
    [InlineData("late", false)]
    public async Task Its_pass_spares_one_session_a_second_fresh_sign_in_for_one_door_and_five_minutes(string what, bool isLet)
    {
        var alice = await _host.AddPersonAsync("alice");
        await AddDeviceAsync(alice.Id);
        using var browser = _host.NewBrowser();
        var fresh = $"{ForConsole}&max_age=0";
        var onward = Onward(await browser.SignInAsync("alice", fresh));
        _host.Time.Advance(TimeSpan.FromSeconds(what == "late" ? 301 : 31));
        if (what == "of another session")
        {
            using var second = _host.NewBrowser();
            onward = Onward(await second.SignInAsync("alice", fresh));
            _host.Time.Advance(TimeSpan.FromSeconds(31));
        }

        var answer = await browser.GetAsync(what switch
        {
            "altered" => onward[..^4] + "AAAA",
            "none" => onward[..onward.IndexOf("pass=", StringComparison.Ordinal)],
            "for another door" => onward.Replace("state=st1", "state=st2", StringComparison.Ordinal),
            _ => onward,
        });
        Assert.Equal(isLet, answer.Location?.Contains("/.doorward/callback?code=", StringComparison.Ordinal) is true);
        Assert.Equal(!isLet, answer.Html.Contains("name=\"password\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_closed_door_leads_there_and_back_and_no_other_place_does()
    {
        var alice = await _host.AddPersonAsync("alice");
        await AddDeviceAsync(alice.Id);
        using var browser = _host.NewBrowser();
        var door = $"/device/check?door=console.{AuthHost.Domain}";
        Assert.Contains("name=\"password\"", (await browser.GetAsync(door)).Html, StringComparison.Ordinal);
        await browser.SignInAsync("alice");
        Assert.Contains($"href=\"https://console.{AuthHost.Domain}:{AuthHost.Port}/\"", (await browser.GetAsync(door)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/device/check?door=evil.example")).Status);
    }

    private static string Policy(TestBrowser.Answer answer) => string.Join(' ', answer.Response.Headers.GetValues("Content-Security-Policy"));

    private static string Onward(TestBrowser.Answer page)
    {
        var at = page.Html.IndexOf("id=\"onward\"", StringComparison.Ordinal);
        var from = page.Html.IndexOf("href=\"", at, StringComparison.Ordinal) + 6;
        return WebUtility.HtmlDecode(page.Html[from..page.Html.IndexOf('"', from)]);
    }

    private async Task AddDeviceAsync(string? owner, DeviceStanding standing = DeviceStanding.Active)
    {
        await using var db = _host.OpenDb();
        var id = DeviceId.New().Value;
        db.Devices.Add(new Device
        {
            Id = id,
            Name = id,
            NormalizedName = id.ToUpperInvariant(),
            OwnerId = owner,
            Platform = "linux",
            HostName = "laptop",
            PublicKey = [1],
            KeyHash = SHA256.HashData(Encoding.UTF8.GetBytes(id)),
            KeyAssurance = KeyAssurance.File,
            Enrolled = _host.Time.GetUtcNow(),
            InvitedBy = "test",
            CertificateExpires = _host.Time.GetUtcNow(),
            Standing = standing,
        });
        await db.SaveChangesAsync();
    }
}
