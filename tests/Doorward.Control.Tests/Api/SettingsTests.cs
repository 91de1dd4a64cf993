using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Doorward.Control.Changes;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Api;

/// <summary>What holds for the whole installation is changed by version, within bounds, and told to gateways.</summary>
public sealed class SettingsTests
{
    private const string As = """{"idleTimeout":"12h","absoluteTimeout":"7d","lease":"1m","strictLease":"5s","confirmation":"15m","timeZone":"Etc/UTC","ownDevices":false}""";

    [Fact]
    public async Task A_change_is_told_to_gateways_kept_on_record_and_counted()
    {
        await using var host = await ApiHost.StartAsync();
        var before = await host.Local.GetFromJsonAsync<JsonElement>("settings");
        Assert.Equal(As, before.GetProperty("spec").ToString().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal($"https://auth.{TestInstallation.Domain}:8443", before.GetProperty("signIn").GetString());
        var head = await HeadAsync(host);
        using var put = await PutAsync(host, As.Replace("12h", "8h", StringComparison.Ordinal).Replace("Etc/UTC", "Europe/Zurich", StringComparison.Ordinal), "\"1\"");
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal("\"2\"", put.Headers.ETag!.Tag);
        var told = Assert.Single(await host.Control.Services.GetRequiredService<ChangeLog>().ReadAsync(head, 10, CancellationToken.None)).Settings;
        Assert.Equal((TimeSpan.FromHours(8), "Europe/Zurich"), (told.IdleTimeout.ToTimeSpan(), told.TimeZone));
        Assert.Contains(await host.AuditAsync(), static line => line.ToString() is var text && text.Contains("settings.put", StringComparison.Ordinal)
            && text.Contains("idleTimeout 12h to 8h", StringComparison.Ordinal) && text.Contains("\"done\"", StringComparison.Ordinal));

        // Nothing that differs is nothing that changed.
        using var same = await PutAsync(host, As.Replace("12h", "8h", StringComparison.Ordinal).Replace("Etc/UTC", "Europe/Zurich", StringComparison.Ordinal), "\"2\"");
        Assert.Equal("\"2\"", same.Headers.ETag!.Tag);
        using var late = await PutAsync(host, As, "\"1\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.StatusCode);
        Assert.Equal("8h", (await host.Local.GetFromJsonAsync<JsonElement>("settings")).GetProperty("spec").GetProperty("idleTimeout").GetString());
    }

    [Theory]
    [InlineData("12h", "1m", "idleTimeout")]
    [InlineData("12h", "31d", "idleTimeout")]
    [InlineData("12h", "8d", "idleTimeout")] // longer than the session lasts
    [InlineData("12h", "soon", "idleTimeout")]
    [InlineData("7d", "5m", "absoluteTimeout")]
    [InlineData("1m", "9s", "lease")]
    [InlineData("1m", "1h", "lease")]
    [InlineData("5s", "1s", "strictLease")]
    [InlineData("5s", "2m", "strictLease")] // longer than the other
    [InlineData("15m", "0s", "confirmation")]
    [InlineData("15m", "1d", "confirmation")]
    [InlineData("Etc/UTC", "Mars/Olympus", "timeZone")]
    [InlineData("Etc/UTC", "../../etc/passwd", "timeZone")]
    [InlineData("Etc/UTC", "", "timeZone")]
    public async Task What_an_installation_cannot_live_with_is_refused_by_its_field_and_changes_nothing(string from, string to, string field)
    {
        await using var host = await ApiHost.StartAsync();
        using var put = await PutAsync(host, As.Replace($"\"{from}\"", $"\"{to}\"", StringComparison.Ordinal), null);
        Assert.Equal(HttpStatusCode.BadRequest, put.StatusCode);
        Assert.Equal(field, (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
        await using var db = host.Control.Open();
        Assert.Equal((1, TimeSpan.FromHours(12), "Etc/UTC"), (db.Settings.Single().Version, db.Settings.Single().IdleTimeout, db.Settings.Single().TimeZone));
    }

    [Fact]
    public async Task A_shorter_idle_limit_ends_sessions_that_run()
    {
        await using var host = await ApiHost.StartAsync();
        using var carol = await host.PersonAsync("carol", "administrators");
        await using (var db = host.Control.Open())
        {
            db.Sessions.Single().LastUse -= TimeSpan.FromMinutes(30);
            await db.SaveChangesAsync();
        }

        Assert.Equal(HttpStatusCode.OK, (await carol.GetAsync("me")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(host, As.Replace("12h", "15m", StringComparison.Ordinal), null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await carol.GetAsync("me")).StatusCode);
    }

    private static async Task<long> HeadAsync(ApiHost host)
    {
        await using var db = host.Control.Open();
        return db.Counters.Single().Revision;
    }

    private static Task<HttpResponseMessage> PutAsync(ApiHost host, string spec, string? ifMatch)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "settings") { Content = new StringContent($$"""{"spec":{{spec}},"reason":"test"}""", Encoding.UTF8, "application/json") };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return host.Local.SendAsync(request);
    }
}
