using Doorward.Control.Identity;
using Doorward.Control.Resources;
using Doorward.Control.Storage;
using Doorward.Core.Upstreams;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Devices.Providers;

/// <summary>Asks each provider when it is due, one after the other. One that does not answer is asked again at its next turn; what it said before goes on until it is too old.</summary>
internal sealed partial class ProviderPoller(
    IDbContextFactory<DoorwardDb> databases, ProviderClient client, ProviderIntake intake, ProviderStates states, DeviceRefusals refusals,
    InstallationReader installation, InstallationAddress address, TimeProvider time, ILogger<ProviderPoller> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, (string Json, DateTimeOffset At)> _asked = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is DbUpdateException or System.Data.Common.DbException or TimeoutException)
            {
                LogFailed(problem);
            }
        }
    }

    private async Task RoundAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var documents = await db.Resources.AsNoTracking().Where(static d => d.Kind == ResourceKinds.PostureProvider).ToDictionaryAsync(static d => d.Name, static d => d.Json, ct);
        foreach (var gone in _asked.Keys.Except(documents.Keys).ToList()) _asked.Remove(gone);
        foreach (var (name, json) in documents)
        {
            var provider = PostureProviderKind.Load(json);

            // One that was changed is asked at once; a clock that was set back delays nobody.
            var now = time.GetUtcNow();
            var isDue = provider.Poll is { } poll && (!_asked.TryGetValue(name, out var last) || last.Json != json || (now - last.At).Duration() >= poll.Interval);
            if (!isDue) continue;
            _asked[name] = (json, now);
            await AskAsync(name, provider, new AddressRules([.. (await installation.ReadAsync(db, ct)).OwnPorts, address.Port]), ct);
        }
    }

    private async Task AskAsync(string name, PostureProviderSpec provider, AddressRules rules, CancellationToken ct)
    {
        var (records, problem) = await client.AskAsync(name, provider, rules, ct);
        if (records is not null)
        {
            states.Heard(name, await intake.TakeAsync(name, provider, records, isWhole: true, ct));
            return;
        }

        states.Failed(name, problem ?? "");
        await refusals.NoteOfProviderAsync(name, "poll");
        LogUnanswered(name, problem ?? "");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The posture provider {Name} was asked in vain: {Problem}")]
    private partial void LogUnanswered(string name, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Posture providers could not be asked; the next round is in a second")]
    private partial void LogFailed(Exception problem);
}
