using Doorward.Core.Applications;

namespace Doorward.Control.Api;

/// <summary>Reasons and notes that administrators give. The person is told a reason, and only the audit log a note.</summary>
internal static class Reasons
{
    private const int Longest = 200;

    public static ApiProblem Problem(string field) =>
        ApiProblem.BadRequest($"The {field} is too long or has characters that do not show.", field, $"Use one line of up to {Longest} characters.");

    /// <summary>Null for none.</summary>
    public static bool TryRead(string? text, out string? reason)
    {
        reason = string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        return reason is null || (reason.Length <= Longest && !reason.Any(static c => Shown.IsHidden(c) && !char.IsSurrogate(c)));
    }
}
