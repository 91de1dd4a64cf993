using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Pages;

namespace Doorward.Gateway.Tunnels;

/// <summary>The words of what is refused about tunnels and connectors without a decision.</summary>
internal static class TunnelPages
{
    public static Denial NotAsked() => Refusal(405, "not-a-tunnel", "This is asked for otherwise", "A tunnel is a POST over HTTP/2. Use doorward-agent.");

    public static Denial OtherDevice() => Refusal(
        403, "other-device", "This session is of another device", "The certificate of this connection is not that of the device on which the session signed in. Sign in again here.");

    public static Denial NoApplication(string name) => Refusal(
        404, "no-application", "There is no such application", $"No application {Shown.Text(name)} is reached by tunnel. Check the name for a typing error.");

    // Not which it has: nobody has judged yet whether this person may reach any.
    public static Denial NoTarget(string application, string? asked) => Refusal(
        404, TunnelCloseCodes.NoSuchTarget, "The application has no such target",
        asked switch
        {
            null => $"{application} reaches more than one target. Say which: --target HOST:PORT, with host and port as the application names them.",
            ['*', ':', .. var port] => $"{application} has no port {Shown.Text(port)} that leads to one host. Check the port; where several hosts have it, only --target HOST:PORT says which.",
            _ => $"{application} does not reach {Shown.Text(asked)}. Check host and port: --target takes them as the application names them.",
        });

    public static Denial NoConnector() => Refusal(
        403, "no-connector", "Connectors only", "What is asked here takes the certificate of a connector that has joined and is not retired.");

    public static Denial NoOrder() => Refusal(404, "no-order", "Nobody waits for this stream", "The order is unknown, another connector's, or too old.");

    /// <summary>Why the way to the target did not come about.</summary>
    public static Denial Failed(string application, TunnelClose close) => Refusal(
        UnreachedException.StatusOf(close), close.Code, "The application does not answer",
        $"You may use {application}, but {close.Text}.");

    /// <summary>A tunnel that was allowed and cut before it was open: in the words that one has which is open.</summary>
    public static Denial Cut(CutReason reason)
    {
        var status = StatusOf(reason.Cause);
        return new Denial
        {
            Status = status,
            Code = TunnelCloseCodes.Cut,
            Reference = reason.Reference.Length == 0 ? Identifier.New("ref") : reason.Reference,
            Title = "This was cut while it was opened",
            Summary = reason.Text,
            Challenge = status == 401 ? "Bearer realm=\"doorward\"" : null, // RFC 6750 section 3
        };
    }

    // As what is denied in the first place is answered.
    private static int StatusOf(DecisionCause cause) => cause switch
    {
        DecisionCause.NoSession or DecisionCause.SessionEnded or DecisionCause.SessionExpired or DecisionCause.SubjectDisabled => 401,
        DecisionCause.LeaseExpired or DecisionCause.UnknownChange or DecisionCause.RecordUnavailable or DecisionCause.ApplicationRemoved => 503,
        _ => 403,
    };

    private static Denial Refusal(int status, string code, string title, string summary) => new()
    {
        Status = status,
        Code = code,
        Reference = Identifier.New("ref"),
        Title = title,
        Summary = summary,
    };
}
