using System.Text;
using Doorward.Core.Evaluations;

namespace Doorward.Gateway.Connections;

/// <summary>Why a live connection is cut. The words reach the client only where the protocol has room for them: in a WebSocket's close frame, and in a tunnel's.</summary>
/// <param name="Cause">From the closed vocabulary of decisions.</param>
/// <param name="Reference">The decision's id, by which an administrator finds it; may be empty.</param>
/// <param name="Words">What is known beyond the cause, as a clause for the person; null for the cause's own.</param>
internal readonly record struct CutReason(DecisionCause Cause, string Reference, string? Words = null)
{
    // RFC 6455 section 5.5: a control frame carries 125 bytes at most, two of which are the code.
    private const int CloseTextLimit = 123;
    private const string Ellipsis = "...";

    public string Text => Words ?? WordsOf(Cause);

    public static string WordsOf(DecisionCause cause) => cause switch
    {
        DecisionCause.SessionEnded or DecisionCause.NoSession => "this session ended",
        DecisionCause.SessionExpired => "this session reached its end",
        DecisionCause.SubjectDisabled => "your account was disabled",
        DecisionCause.SignInTooOld => "your sign-in became too old, sign in again",
        DecisionCause.LeaseExpired => "access cannot be verified at the moment",
        DecisionCause.RecordUnavailable => "access cannot be recorded at the moment",
        DecisionCause.ApplicationRemoved => "the application was removed",
        DecisionCause.TokenScope => "the token is not valid here",
        DecisionCause.CutByAdministrator => "an administrator closed this connection",
        DecisionCause.UnknownChange => "the gateway must be updated",
        _ => "policy no longer allows it",
    };

    /// <summary>The close frame's text: at most 123 bytes of UTF-8, in which the reference always stands whole.</summary>
    internal byte[] ToCloseText()
    {
        var reference = Reference is { Length: > 0 } ? $" ({Reference})" : "";
        var room = CloseTextLimit - Encoding.UTF8.GetByteCount(reference);
        var text = Encoding.UTF8.GetByteCount(Text) <= room ? Text : Shortened(Text, room - Ellipsis.Length) + Ellipsis;
        return Encoding.UTF8.GetBytes(text + reference);
    }

    private static string Shortened(string text, int bytes)
    {
        var shortened = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes -= rune.Utf8SequenceLength) < 0)
                break;
            shortened.Append(rune.ToString());
        }

        return shortened.ToString();
    }
}
