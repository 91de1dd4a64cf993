using Doorward.Control.Changes;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Doorward.Control.Storage;

/// <summary>
/// The record of the installation. Providers derive from it with migrations of their own; features know only this.
/// Every save that changes what a gateway may decide writes the change log in the same transaction.
/// </summary>
public abstract class DoorwardDb : IdentityUserContext<User, string, IdentityUserClaim<string>, IdentityUserLogin<string>,
    IdentityUserToken<string>, IdentityUserPasskey<string>>
{
    private readonly StorageRuntime _runtime;
    private readonly ChangeRecorder _recorder;
    private bool _writing;

    private protected DoorwardDb(DbContextOptions options, StorageRuntime runtime)
        : base(options)
    {
        _runtime = runtime;
        _recorder = new ChangeRecorder(ChangeTracker);
    }

    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<Handle> Handles => Set<Handle>();
    public DbSet<SignInTicket> SignInTickets => Set<SignInTicket>();
    public DbSet<Token> Tokens => Set<Token>();
    public DbSet<ResourceDocument> Resources => Set<ResourceDocument>();
    public DbSet<RetiredName> RetiredNames => Set<RetiredName>();
    public DbSet<Publication> Publications => Set<Publication>();
    public DbSet<PolicyVersion> Policies => Set<PolicyVersion>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();
    public DbSet<RateLimitCounter> RateLimits => Set<RateLimitCounter>();
    public DbSet<FailureCounter> Failures => Set<FailureCounter>();
    public DbSet<Gateway> Gateways => Set<Gateway>();
    public DbSet<JoinToken> JoinTokens => Set<JoinToken>();
    public DbSet<Device> Devices => Set<Device>();
    public DbSet<DeviceReportMark> DeviceReportMarks => Set<DeviceReportMark>();
    public DbSet<DeviceFactChange> DeviceFactChanges => Set<DeviceFactChange>();
    public DbSet<DeviceInvitation> DeviceInvitations => Set<DeviceInvitation>();
    public DbSet<ConnectorReplica> ConnectorReplicas => Set<ConnectorReplica>();
    public DbSet<ConnectorInvitation> ConnectorInvitations => Set<ConnectorInvitation>();
    public DbSet<AssertionKey> AssertionKeys => Set<AssertionKey>();
    public DbSet<DecisionEntry> Decisions => Set<DecisionEntry>();
    public DbSet<RefusalEntry> Refusals => Set<RefusalEntry>();
    public DbSet<EvaluationInputEntry> EvaluationInputs => Set<EvaluationInputEntry>();
    public DbSet<InstallationSettings> Settings => Set<InstallationSettings>();
    public DbSet<SealedSecret> Secrets => Set<SealedSecret>();
    public DbSet<Counter> Counters => Set<Counter>();
    public DbSet<ChangeRow> Changes => Set<ChangeRow>();

    /// <summary>Who changes things through this context, as records name them; null when nobody in particular does.</summary>
    public string? Actor { get; set; }

    /// <summary>The revision of the last change this context saved: what a caller may promise to wait for.</summary>
    public long? LastRevision { get; private set; }

    protected override Version SchemaVersion => IdentitySchemaVersions.Version3;

    /// <summary>A transaction that only reads, at one moment, without holding up writers.</summary>
    public abstract Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken ct);

    /// <summary>
    /// Runs several reads and saves as one write: nobody else writes between them, all or nothing is kept, and gateways
    /// see their changes together. Check-then-use of one-time things belongs in here.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct)
    {
        if (_writing)
        {
            return await work(ct);
        }

        using var turn = await _runtime.Writers.EnterAsync(ct);
        _writing = true;
        try
        {
            await using var transaction = await Database.BeginTransactionAsync(ct);
            var result = await work(ct);
            await transaction.CommitAsync(ct);
            return result;
        }
        finally
        {
            _writing = false;
            _recorder.TransactionEnded();
            _runtime.Signal.Raise();
        }
    }

    public Task WriteAsync(Func<CancellationToken, Task> work, CancellationToken ct) =>
        WriteAsync<object?>(async token =>
        {
            await work(token);
            return null;
        }, ct);

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Save asynchronously: the change log is written with it.");

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (!ChangeTracker.HasChanges())
        {
            return 0;
        }

        // A transaction that someone else began (OpenIddict does) already holds the write lock.
        return Database.CurrentTransaction is null
            ? await WriteAsync(ct => SaveAsync(acceptAllChangesOnSuccess, ct), cancellationToken)
            : await SaveAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <summary>Takes the next <paramref name="count"/> revisions under the write lock and returns the last of them.</summary>
    internal async Task<long> TakeRevisionsAsync(int count, CancellationToken ct)
    {
        var taken = await Database.SqlQuery<long>(
            $"""UPDATE "Counters" SET "Revision" = "Revision" + {count} WHERE "Id" = {Counter.Only} RETURNING "Revision" AS "Value" """).ToListAsync(ct);
        return taken.Single();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.UseOpenIddict();
        DoorwardModel.Build(builder);
    }

    private async Task<int> SaveAsync(bool accept, CancellationToken ct)
    {
        await SessionEndings.OfTheClosedAsync(this, _runtime.Time, ct);
        var pending = _recorder.Find(ChangeTracker);
        if (pending.Count == 0)
        {
            return await base.SaveChangesAsync(accept, ct);
        }

        var rows = await _recorder.WriteAsync(this, pending, _runtime.Time.GetUtcNow(), ct);
        try
        {
            var saved = await base.SaveChangesAsync(accept, ct);
            LastRevision = rows[^1].Revision;
            return saved;
        }
        finally
        {
            // Numbers of a save that failed are given again: its rows must not be left to the next save.
            foreach (var row in rows)
            {
                Entry(row).State = EntityState.Detached;
            }
        }
    }
}
