using Doorward.Core.Applications;

namespace Doorward.Control.Api;

/// <summary>Reasons that administrators give; people and the audit log are told them.</summary>
internal static class Reasons
{
    private const int Longest = 200;

    public static readonly ApiProblem Problem =
        ApiProblem.BadRequest("The reason is too long or has characters that do not show.", "reason", $"Use one line of up to {Longest} characters.");

    public static bool TryRead(string? text, string otherwise, out string reason)
    {
        reason = string.IsNullOrWhiteSpace(text) ? otherwise : text.Trim();
        return reason.Length <= Longest && !reason.Any(static c => Shown.IsHidden(c) && !char.IsSurrogate(c));
    }
}
