using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Policies;

/// <summary>Says at start which policies in force could not be published today; <c>status</c> goes on saying it.</summary>
internal sealed partial class InvalidPolicyNotice(IDbContextFactory<DoorwardDb> databases, ILogger<InvalidPolicyNotice> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var policy in await InvalidPolicy.FindAsync(db, cancellationToken))
            LogInvalid(policy.Name, policy.Error.Location.Line, policy.Error.Location.Column, policy.Error.Message);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error, Message = "Policy {Policy} is in force and does not validate (line {Line}, column {Column}): {Problem} Nothing else is published until it is mended or deleted")]
    private partial void LogInvalid(string policy, int line, int column, string problem);
}
