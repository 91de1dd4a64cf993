using Doorward.Control.Audit.Witness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Doorward.Control.Audit;

/// <summary>Registers the audit log.</summary>
public static class AuditServices
{
    /// <summary>
    /// Adds <see cref="AuditLog"/>, <see cref="SpoolIntake"/> and the checkpoint witness. The log opens before any other hosted part
    /// starts and closes after the last has stopped; a log that cannot be opened stops the start.
    /// </summary>
    public static IServiceCollection AddAudit(this IServiceCollection services, string dataDirectory, Action<AuditOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>();
        services.AddOptions<AuditOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.AddSingleton(s => new AuditLog(
            dataDirectory,
            s.GetRequiredService<IOptions<AuditOptions>>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<AuditLog>>()));
        services.AddSingleton<SpoolIntake>();
        services.AddSingleton<CheckpointWitness>();
        return services.AddHostedService<AuditLifetime>();
    }
}

/// <summary>Opens the log first and closes it last.</summary>
internal sealed class AuditLifetime(AuditLog log, CheckpointWitness witness) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        log.Open();
        witness.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await log.DisposeAsync();
        await witness.StopAsync();
    }
}
