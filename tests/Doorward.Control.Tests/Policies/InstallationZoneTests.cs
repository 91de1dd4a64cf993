using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Tests.Api;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tests.Policies;

/// <summary>Policies that read the hour read it on the clock of the installation where somebody has none of their own.</summary>
public sealed class InstallationZoneTests
{
    [Theory]
    [InlineData("Etc/GMT-12", null, "allow")]
    [InlineData("Etc/UTC", null, "deny")]
    [InlineData("Etc/GMT-12", "Etc/UTC", "deny")]
    [InlineData("Etc/UTC", "Etc/GMT-12", "allow")]
    public async Task The_persons_zone_counts_and_else_the_installations(string installation, string? person, string expected)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("ann", null);
        await using (var db = host.Control.Open())
        {
            (await db.Settings.SingleAsync(TestContext.Current.CancellationToken)).TimeZone = installation;
            (await db.Users.SingleAsync(u => u.UserName == "ann", TestContext.Current.CancellationToken)).TimeZone = person;
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        // Half a day from UTC, and two hours wide, in case one ends meanwhile.
        var hour = (TimeProvider.System.GetUtcNow().Hour + 12) % 24;
        var cedar = $"permit (principal, action, resource == Application::\"wiki\") when {{ context.time.hour == {hour} || context.time.hour == {(hour + 1) % 24} }};";
        using var applied = await host.Local.PostAsJsonAsync("apply", new
        {
            documents = new object[]
            {
                new { kind = "Application", name = "wiki", spec = new { hosts = new[] { $"wiki.{TestInstallation.Domain}" }, upstream = "http://127.0.0.1:9" } },
                new { kind = "Policy", name = "wiki", spec = new { cedar } },
            },
        });
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());

        using var answer = await host.Local.PostAsJsonAsync("access/can", new { user = "ann", application = "wiki", action = "read" });

        Assert.Equal(expected, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("decision").GetString());
    }
}
