using Doorward.Control.Audit;
using Doorward.Control.Storage;

namespace Doorward.Control.Identity.SignIns;

/// <summary>What sign-in tells the audit log. Names that nobody bears are not recorded: they may be mistyped passwords.</summary>
public sealed class SignInAudit(AuditLog log)
{
    internal Task FailedAsync(string name, string? userId, AttemptSource source, string factor, string why, CancellationToken cancel) =>
        WriteAsync(AuditKind.SignInFailed, "sign-in", userId is null ? "unknown" : AuditValue.Personal(name), source, why, new() { ["factor"] = factor }, cancel);

    internal Task SignedInAsync(User user, Session session, AttemptSource source, bool raised, CancellationToken cancel) =>
        WriteAsync(AuditKind.SignIn, raised ? "sign-in.step-up" : "sign-in", AuditValue.Personal(user.UserName), source, "done", new()
        {
            ["session"] = session.Id,
            ["assurance"] = (long)session.Assurance,
            ["methods"] = AuditValue.List(session.Methods),
            ["provider"] = session.IdentityProvider,
        }, cancel);

    internal Task SignedOutAsync(User user, string sessionId, AttemptSource source, CancellationToken cancel) =>
        WriteAsync(AuditKind.SignOut, "sign-out", AuditValue.Personal(user.UserName), source, "done", new() { ["session"] = sessionId }, cancel);

    /// <summary>A change of factors is a signal: CAEP <c>credential-change</c>.</summary>
    internal Task FactorsChangedAsync(string actor, string name, string factor, string change, AttemptSource? source, CancellationToken cancel) =>
        log.AppendAsync(new AuditRecord
        {
            Kind = AuditKind.Signal,
            Actor = AuditValue.Personal(actor),
            Action = "credential-change",
            Target = AuditValue.Personal(name),
            Outcome = "done",
            Details = new Dictionary<string, AuditValue> { ["factor"] = factor, ["change"] = change, ["address"] = AuditValue.Personal(source?.Text) },
        }, cancel).AsTask();

    private async Task WriteAsync(
        AuditKind kind, string action, AuditValue actor, AttemptSource source, string outcome, Dictionary<string, AuditValue> details, CancellationToken cancel)
    {
        details["address"] = AuditValue.Personal(source.Text);
        details["agent"] = AuditValue.Personal(source.UserAgent);
        await log.AppendAsync(new AuditRecord { Kind = kind, Actor = actor, Action = action, Outcome = outcome, Details = details }, cancel);
    }
}
