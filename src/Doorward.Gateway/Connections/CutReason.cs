using System.Text;
using Doorward.Core.Evaluations;

namespace Doorward.Gateway.Connections;

/// <summary>Why a live connection is cut. The words reach the client only where the protocol has room for them: in a WebSocket's close frame.</summary>
/// <param name="Cause">From the closed vocabulary of decisions.</param>
/// <param name="Reference">The decision's id, by which an administrator finds it; may be empty.</param>
internal readonly record struct CutReason(DecisionCause Cause, string Reference)
{
    // RFC 6455 section 5.5: a control frame carries 125 bytes at most, two of which are the code.
    private const int CloseTextLimit = 123;

    public string Text => Cause switch
    {
        DecisionCause.SessionEnded or DecisionCause.NoSession => "session ended",
        DecisionCause.SessionExpired => "session expired",
        DecisionCause.SubjectDisabled => "account disabled",
        DecisionCause.SignInTooOld => "sign in again",
        DecisionCause.LeaseExpired => "access cannot be verified at the moment",
        DecisionCause.RecordUnavailable => "access cannot be recorded at the moment",
        DecisionCause.ApplicationRemoved => "application removed",
        DecisionCause.TokenScope => "token not valid here",
        DecisionCause.CutByAdministrator => "closed by an administrator",
        DecisionCause.UnknownChange => "the gateway must be updated",
        _ => "no longer allowed by policy",
    };

    /// <summary>The close frame's text: ASCII, at most 123 bytes.</summary>
    internal byte[] ToCloseText()
    {
        var text = Encoding.ASCII.GetBytes(Reference is { Length: > 0 } ? $"{Text} ({Reference})" : Text);
        return text.Length <= CloseTextLimit ? text : text[..CloseTextLimit];
    }
}
