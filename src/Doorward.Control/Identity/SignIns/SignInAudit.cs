using Doorward.Control.Audit;
using Doorward.Control.Storage;

namespace Doorward.Control.Identity.SignIns;

/// <summary>What sign-in tells the audit log. Names that nobody bears are not recorded: they may be mistyped passwords.</summary>
public sealed class SignInAudit(AuditLog log, StoppedAttempts stopped)
{
    /// <summary>A factor that was checked and found wrong. Each goes on record: the limits bound how many of a person there can be.</summary>
    internal Task WrongAsync(User? user, AttemptSource source, string factor, CancellationToken cancel) =>
        user is null ? CountAsync(null, source, factor, "wrong", cancel) : FailedAsync(user, source, factor, "wrong", cancel);

    /// <summary>An attempt that the limits stopped before anything was checked.</summary>
    internal Task LimitedAsync(User? user, AttemptSource source, string factor, CancellationToken cancel) => CountAsync(user, source, factor, "limited", cancel);

    /// <summary>Before a session begins or is raised, so that none is without a record: <c>attempted</c>, or <c>refused</c> after all.</summary>
    internal Task SigningInAsync(User user, SignInProgress progress, AttemptSource source, string outcome, CancellationToken cancel) =>
        WriteAsync(AuditKind.SignIn, "sign-in", AuditValue.Personal(user.UserName), source, outcome, new()
        {
            ["assurance"] = (long)progress.Assurance,
            ["methods"] = AuditValue.List(progress.Methods),
            ["provider"] = progress.IdentityProvider,
        }, cancel);

    // What was done is recorded whether or not the asker still waits: from here on nothing is cancelled.
    internal Task SignedInAsync(User user, Session session, AttemptSource source, bool raised) =>
        WriteAsync(AuditKind.SignIn, raised ? "sign-in.step-up" : "sign-in", AuditValue.Personal(user.UserName), source, "done", new()
        {
            ["session"] = session.Id,
            ["assurance"] = (long)session.Assurance,
            ["methods"] = AuditValue.List(session.Methods),
            ["provider"] = session.IdentityProvider,
        }, CancellationToken.None);

    /// <summary>A session for the command line, which begins in that of a browser: attempted, done, or refused after all.</summary>
    internal Task AgentAsync(User user, Session from, string? session, string machine, AttemptSource source, string outcome, CancellationToken cancel) =>
        WriteAsync(AuditKind.SignIn, "sign-in.agent", AuditValue.Personal(user.UserName), source, outcome, new()
        {
            ["session"] = session,
            ["from"] = session is null ? from.Id : null,
            ["assurance"] = (long)from.Assurance,
            ["methods"] = AuditValue.List(from.Methods),
            ["machine"] = AuditValue.Personal(machine),
        }, cancel);

    /// <summary>An SSH certificate, given or refused. Its reference stands in the certificate too, and so in the server's log.</summary>
    internal Task SshAsync(User user, Session session, string application, IReadOnlyCollection<string> logins, string reference, AttemptSource source, string outcome, CancellationToken cancel) =>
        WriteAsync(AuditKind.SignIn, "sign-in.ssh", AuditValue.Personal(user.UserName), source, outcome, new()
        {
            ["session"] = session.Id,
            ["application"] = application,
            ["logins"] = AuditValue.List([.. logins]),
            ["reference"] = reference,
        }, cancel);

    /// <summary>A proof of one person for the running session of another, which it did not raise.</summary>
    internal Task ForeignProofAsync(string? actor, string? proved, string sessionId, SignInProgress progress, AttemptSource source) =>
        WriteAsync(AuditKind.SignInFailed, "sign-in.step-up", AuditValue.Personal(actor), source, "refused", new()
        {
            ["session"] = sessionId,
            ["proved"] = AuditValue.Personal(proved),
            ["methods"] = AuditValue.List(progress.Methods),
        }, CancellationToken.None);

    /// <summary>After the end of a session: access that ends waits for no record.</summary>
    internal Task SignedOutAsync(User user, string sessionId, AttemptSource source) =>
        EndAsync(Record(AuditKind.SignOut, "sign-out", AuditValue.Personal(user.UserName), source, "done", new() { ["session"] = sessionId }));

    /// <summary>
    /// Runs a change of factors between two records: that it is attempted, without which nothing is changed, and how it ended.
    /// A change is a signal: CAEP <c>credential-change</c>.
    /// </summary>
    internal async Task<CredentialProblem?> FactorsAsync(FactorChange change, Func<Task<CredentialProblem?>> apply, CancellationToken cancel)
    {
        await log.AppendAsync(change.Record("attempted"), cancel);
        CredentialProblem? problem;
        try
        {
            problem = await apply();
        }
        catch (Exception)
        {
            await EndAsync(change.Record("failed"));
            throw;
        }

        await EndAsync(change.Record(problem is null ? "done" : "refused"));
        return problem;
    }

    // What is done is done, whether or not the asker still waits: where its record cannot be written now, it is owed.
    private async Task EndAsync(AuditRecord record)
    {
        try
        {
            await log.AppendAsync(record, CancellationToken.None);
        }
        catch (AuditUnavailableException)
        {
            log.Owe(record);
        }
    }

    private Task CountAsync(User? user, AttemptSource source, string factor, string why, CancellationToken cancel) =>
        stopped.IsFirst(new StoppedAttempts.Attempt(source.Line, user?.UserName, factor, why)) ? FailedAsync(user, source, factor, why, cancel) : Task.CompletedTask;

    private Task FailedAsync(User? user, AttemptSource source, string factor, string why, CancellationToken cancel) => WriteAsync(
        AuditKind.SignInFailed, "sign-in", user is null ? "unknown" : AuditValue.Personal(user.UserName), source, why, new() { ["factor"] = factor }, cancel);

    private async Task WriteAsync(
        AuditKind kind, string action, AuditValue actor, AttemptSource source, string outcome, Dictionary<string, AuditValue> details, CancellationToken cancel) =>
        await log.AppendAsync(Record(kind, action, actor, source, outcome, details), cancel);

    private static AuditRecord Record(AuditKind kind, string action, AuditValue actor, AttemptSource source, string outcome, Dictionary<string, AuditValue> details)
    {
        details["address"] = AuditValue.Personal(source.Text);
        details["agent"] = AuditValue.Personal(source.UserAgent);
        return new AuditRecord { Kind = kind, Actor = actor, Action = action, Outcome = outcome, Details = details };
    }
}
