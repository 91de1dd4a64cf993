using System.Text;
using System.Text.Json;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Posture;

namespace Doorward.Control.Tests.Devices;

/// <summary>What is asked of ten thousand devices, each with all of its facts.</summary>
public sealed class FleetTests(ITestOutputHelper output)
{
    private const int Devices = 10_000;

    [Fact(Explicit = true)]
    public async Task Lists_figures_and_trials_of_ten_thousand_devices_are_answered_while_somebody_waits()
    {
        await using var world = await DeviceWorld.StartAsync();
        await PlantAsync(world);
        await TimedAsync("first page", TimeSpan.FromSeconds(2), () => world.Local.GetStringAsync("devices?limit=100"));
        await TimedAsync("a page of those that fail a fact", TimeSpan.FromSeconds(2), () => world.Local.GetStringAsync("devices?fact=firewall&limit=100"));
        await TimedAsync("figures", TimeSpan.FromSeconds(2), () => world.Local.GetStringAsync("devices/compliance"));
        await TimedAsync("overview", TimeSpan.FromSeconds(2), () => world.Local.GetStringAsync("overview"));
        var body = JsonSerializer.Serialize(new { spec = new { when = "context.posture.firewall.pass && context.posture.diskEncryption.pass" } });
        await TimedAsync("trial of a rule", TimeSpan.FromSeconds(20), async () =>
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await world.Local.PostAsync("devices/compliance/check", content);
            var trial = await response.Content.ReadAsStringAsync();
            Assert.Contains($"\"failing\":{Devices / 10}", trial, StringComparison.Ordinal);
            return trial;
        });
    }

    private async Task TimedAsync(string what, TimeSpan most, Func<Task<string>> ask)
    {
        await ask();
        await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System); // figures are kept for a second
        var begun = TimeProvider.System.GetTimestamp();
        var answer = await ask();
        var took = TimeProvider.System.GetElapsedTime(begun);
        output.WriteLine($"{what}: {took.TotalMilliseconds:0} ms, {answer.Length} characters");
        Assert.True(took < most, $"{what} took {took}");
    }

    private static async Task PlantAsync(DeviceWorld world)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var db = world.Control.Open();
        for (var i = 0; i < Devices; i++)
        {
            var firewall = i % 10 == 0 ? FactState.Fail : FactState.Pass;
            StoredFact[] facts = [.. FactNames.All.Select(fact => new StoredFact(
                fact.Name, fact.Name == FactNames.Firewall ? firewall : FactState.Pass, "read as the agent reads it, with a word or two", "/sys/firmware/somewhere", Provenance.AgentSigned, now))];
            var posture = new StoredPosture(StoredPosture.Empty.Facts.AddRange(facts.Select(static fact => KeyValuePair.Create(fact.Name, fact))));
            var verdict = new Verdict { Rules = [], Reasons = [], Blocked = false };
            db.Devices.Add(new Device
            {
                Id = $"dev_{i:00000}",
                Name = $"fleet-{i:00000}",
                NormalizedName = $"FLEET-{i:00000}",
                Platform = "linux",
                HostName = $"host-{i}",
                PublicKey = [],
                KeyHash = BitConverter.GetBytes(i),
                KeyAssurance = KeyAssurance.Tpm,
                Enrolled = now,
                InvitedBy = "test",
                CertificateExpires = now.AddDays(1),
                Posture = posture.ToJson(),
                Reported = now,
                Stale = false,
                Compliant = true,
                Health = "green",
                Verdict = verdict.ToJson(),
                Findings = Findings.Of(verdict, posture, isStale: false),
            });
        }

        await db.SaveChangesAsync();
    }
}
