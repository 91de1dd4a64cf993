using System.Collections.Concurrent;
using Doorward.Core.Evaluations;
using Doorward.Core.Protocol;
using Doorward.Gateway.Spool;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Hosting;

namespace Doorward.Gateway.Grants;

/// <summary>Counts what is not worth a record each: further requests on a grant, and refusals of nobody in particular.</summary>
internal sealed class Accountant(GrantTable grants, Recorder recorder, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<(string Application, DecisionCause Cause), Tally> _refusals = new();

    /// <summary>A refusal without a session: counted, so that a flood cannot fill the disk.</summary>
    public void Refused(string application, DecisionCause cause) =>
        _refusals.GetOrAdd((application, cause), static _ => new Tally()).Increment();

    public async Task WriteAsync()
    {
        foreach (var grant in grants.All.Concat(grants.DrainClosed()))
            await WriteAsync(grant);
        foreach (var ((application, cause), tally) in _refusals)
        {
            if (tally.Take() is var requests and > 0)
                await WriteAsync(new CountRecord { Application = application, Cause = cause.ToString(), Requests = requests }, clock.GetUtcNow() - Interval);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await WriteAsync();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync();
    }

    private async Task WriteAsync(Grant grant)
    {
        var requests = grant.Requests;
        if (requests <= grant.Account.Counted)
            return;
        var count = new CountRecord
        {
            GrantId = grant.Id.Value,
            Application = grant.Application,
            SessionId = grant.Session?.Id ?? "",
            Cause = nameof(DecisionCause.Permitted),
            Requests = requests - grant.Account.Counted,
        };
        if (!await WriteAsync(count, grant.Account.CountedSince))
            return; // counted again next time
        grant.Account.Counted = requests;
        grant.Account.CountedSince = clock.GetUtcNow();
    }

    private Task<bool> WriteAsync(CountRecord count, DateTimeOffset since)
    {
        count.Since = since.ToTimestamp();
        return recorder.Append(new Record { Count = count });
    }

    private sealed class Tally
    {
        private long _requests;

        public void Increment() => Interlocked.Increment(ref _requests);

        public long Take() => Interlocked.Exchange(ref _requests, 0);
    }
}
