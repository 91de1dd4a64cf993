using System.Net;
using System.Text;
using System.Text.Json;
using Doorward.Control.Audit;
using Doorward.Control.Identity.SignIns;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Identity;

/// <summary>What strangers can do without end must not be written down without end: a full disk closes every door.</summary>
public sealed class StoppedAttemptTests : IAsyncLifetime
{
    private static readonly AttemptSource Stranger = new(IPAddress.Parse("192.0.2.7"));
    private AuthHost host = null!;

    private FactorChecks Checks => host.Services.GetRequiredService<FactorChecks>();

    public async ValueTask InitializeAsync()
    {
        host = await AuthHost.StartAsync();
        await host.AddPersonAsync("alice");
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_flood_that_the_limits_stop_leaves_one_record_and_then_a_count()
    {
        for (var i = 0; i < SignInLimits.FreeFailures; i++)
            await host.Services.GetRequiredService<SignInLimits>().FailedAsync("alice", Stranger, known: false, CancellationToken.None);
        for (var i = 0; i < 60; i++)
            Assert.IsType<FactorResult.TooMany>(await TryAsync("alice"));
        Assert.Single(await RecordsAsync("limited"));

        host.Time.Advance(StoppedAttempts.Window);
        var records = await RecordsAsync("limited", atLeast: 2);
        Assert.Equal(["sign-in", "sign-in.further"], records.Select(record => record.GetProperty("action").GetString()));
        Assert.Equal(59, records[1].GetProperty("details").GetProperty("attempts").GetInt64());
    }

    [Fact]
    public async Task Names_that_nobody_bears_are_counted_and_each_failure_of_a_person_is_recorded()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<FactorResult.Refused>(await TryAsync($"nobody{i}"));
            Assert.IsType<FactorResult.Refused>(await TryAsync("alice"));
        }
        var records = await RecordsAsync("wrong");
        Assert.Equal(4, records.Count);
        Assert.Single(records, record => record.GetProperty("actor").GetString() == "unknown");
    }

    [Fact]
    public void However_many_addresses_take_part_few_records_are_made()
    {
        var stopped = host.Services.GetRequiredService<StoppedAttempts>();
        var firsts = Enumerable.Range(0, 10_000).Count(i => stopped.IsFirst(new($"192.0.2.{i}/32", null, "password", "limited")));
        Assert.Equal(StoppedAttempts.MostApart, firsts);
    }

    private Task<FactorResult> TryAsync(string name) => Checks.PasswordAsync(name, "not the password at all", Stranger, CancellationToken.None);

    private async Task<IReadOnlyList<JsonElement>> RecordsAsync(string outcome, int atLeast = 0)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var output = new MemoryStream();
            await AuditExport.WriteAsync(Path.GetDirectoryName(host.DatabaseFile)!, output);
            var records = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                .Where(record => record.GetProperty("kind").GetString() == "sign-in-failed" && record.GetProperty("outcome").GetString() == outcome).ToList();
            if (records.Count >= atLeast || TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(60))
                return records;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
