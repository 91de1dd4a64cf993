using System.Diagnostics.CodeAnalysis;

namespace Doorward.Control.Resources;

/// <summary>What names of resources may look like: they stand in policies, file names, URLs and logs.</summary>
internal static class ResourceName
{
    public const int MaxLength = 64;
    public const string Fix = "use 1 to 64 letters, digits, '-', '_', '.' or '@', and begin with a letter or digit";

    public static bool IsValid([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= MaxLength }
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@');
}
