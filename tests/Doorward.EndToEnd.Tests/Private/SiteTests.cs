using System.Text.Json.Nodes;
using Doorward.Testing;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>A private site that nothing leads into, reached from a laptop by what people use, and cut by everything that cuts.</summary>
[Collection(nameof(PrivateSite))]
public sealed class SiteTests(PrivateSite site, ITestOutputHelper output)
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Everything_that_cuts_cuts_SSH_a_COPY_each_way_and_a_WebSocket_within_a_second_with_the_reason_on_the_terminal()
    {
        Assert.SkipWhen(PrivateSite.Missing is not null, PrivateSite.Missing ?? "");
        site.Postgres.Query("CREATE TABLE IF NOT EXISTS arrived (row text)");
        var (forward, port) = await site.Alice.ForwardAsync("db");
        var (_, bytes) = await site.Alice.ForwardAsync("bytes");
        var (_, quiet) = await site.Bob.ForwardAsync("quiet");
        await BackAsync("other tests", bytes);
        using var beside = await Probe.OpenAsync(site.Bob, quiet, Probe.Patient);
        Assert.NotNull(beside);
        foreach (var (cause, words, change) in Causes())
        {
            await using var work = await OpenWork.BeginAsync(site, forward, port);
            await using var lateness = new Lateness();
            Assert.True(work.IsOpen, cause);
            var moment = await change();
            var ends = await work.EndedAsync();
            foreach (var (what, timestamp, said) in ends)
            {
                var took = TimeProvider.System.GetElapsedTime(moment, timestamp);
                output.WriteLine($"{cause}: {what} cut after {took.TotalMilliseconds:0} ms");
                Assert.True(lateness.Excuses(took, Promised), $"{cause}: {what} took {took.TotalMilliseconds:0} ms; others were woken {lateness.Worst.TotalMilliseconds:0} ms late");
                Assert.True(said.Contains(words, StringComparison.Ordinal), $"{cause}: {what}: {said}");
                if (what != "WebSocket") Assert.Contains("_", said[said.IndexOf(words, StringComparison.Ordinal)..], StringComparison.Ordinal);
            }

            Assert.Equal("0", site.Postgres.Query("SELECT count(*) FROM arrived"));
            await RefusedAsync(cause);
            Assert.True(await Probe.SaysAsync(beside, "beside", Probe.Patient), $"{cause}: somebody who is not concerned was cut");
            if (cause != "session") await BackAsync(cause, bytes);
        }
    }

    private IReadOnlyList<(string Cause, string Words, Func<Task<long>> Change)> Causes() =>
    [
        ("policy", "the policy changed", () => DoneAsync(site.Api.ApplyAsync(SiteDocuments.Policy("principal in Group::\"nobody\"")))),
        ("group", "your groups changed", () => DoneAsync(site.Api.ApplyAsync(SiteDocuments.Staff()))),
        ("device's health", "device", FirewallOffAsync),
        ("quarantine", "device", () => DoneAsync(site.Api.PostAsync("devices/laptop/hold", new JsonObject { ["reason"] = "Look at it first." }))),
        ("application", "the application was removed", () => DoneAsync(DeleteAsync("server", "db", "web"))),
        ("expiry", "policy no longer allows it", ExpireAsync),
        ("session", "an administrator ended this session", () => DoneAsync(site.Api.PostAsync("sessions/revoke", new JsonObject { ["user"] = "alice" }))),
    ];

    // From when it is known: the agent looks at its machine every few seconds.
    private async Task<long> FirewallOffAsync()
    {
        await site.FirewallAsync(on: false);
        await PrivateRoad.EventuallyAsync(async () => !await site.IsCompliantAsync(), static () => "the firewall is off");
        return TimeProvider.System.GetTimestamp();
    }

    private async Task DeleteAsync(params string[] applications)
    {
        foreach (var name in applications) await site.Api.DeleteAsync($"applications/{name}");
    }

    private async Task<long> ExpireAsync()
    {
        var clock = TimeProvider.System;
        var end = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds() + 3);
        await site.Api.ApplyAsync(SiteDocuments.Policy($"context.time.now < datetime(\"{end.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\")"));
        return clock.GetTimestamp() + (long)((end - clock.GetUtcNow()).TotalSeconds * clock.TimestampFrequency);
    }

    // The timestamp at which the change was acknowledged.
    private static async Task<long> DoneAsync(Task change)
    {
        await change;
        return TimeProvider.System.GetTimestamp();
    }

    private async Task RefusedAsync(string cause)
    {
        var (code, said) = await site.Alice.Agent("connect", "db").FinishAsync();
        Assert.True(code == 1 && said.Contains("doorward: db: ", StringComparison.Ordinal), $"{cause}: {code} {said}");
        Assert.True(site.Product.Gateway!.IsRunning, site.Product.Gateway.Output);
        Assert.DoesNotContain("cannot be reached", said, StringComparison.Ordinal);
        output.WriteLine($"{cause}: next {said.Trim()}");
    }

    private async Task BackAsync(string cause, int bytes)
    {
        await site.ApplyAsync();
        if (cause == "device's health") await site.FirewallAsync(on: true);
        if (cause == "quarantine") await site.Api.PostAsync("devices/laptop/release", new JsonObject());
        await PrivateRoad.EventuallyAsync(
            async () =>
            {
                using var again = await Probe.OpenAsync(site.Alice, bytes);
                return again is not null;
            },
            () => $"back after {cause}");
        await site.EnterAsync();
    }
}
