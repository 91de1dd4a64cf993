using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace Doorward.Control.Identity.Clients;

/// <summary>Sees at start, and once an hour, that there is a key to sign with and that it is not too old.</summary>
internal sealed partial class OidcKeyRotation(OidcKeys keys, IOptionsMonitorCache<OpenIddictServerOptions> options, TimeProvider time, ILogger<OidcKeyRotation> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    // Before the first request is served, and a failure stops the start.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await keys.RotateAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await keys.RotateAsync(stoppingToken);
                // Also when nothing was made: a key may have become old enough to sign, or another process made one.
                options.TryRemove(Options.DefaultName);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogFailed(problem);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Rotating the keys of the OpenID provider failed; it is tried again in an hour")]
    private partial void LogFailed(Exception reason);
}
