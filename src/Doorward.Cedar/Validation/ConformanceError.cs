using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Validation;

/// <summary>What of a request or an entity does not agree with the schema. The message names types and attributes, never values.</summary>
/// <param name="Path">Where, such as <c>context.device.os</c> or <c>User::"alice".name</c>.</param>
/// <param name="Message">In a sentence.</param>
public sealed record ConformanceError(string Path, string Message)
{
    /// <summary>One line with place and message.</summary>
    public override string ToString() => $"{Path}: {Message}";

    internal static string Below(string path, string name) =>
        CedarText.IsIdentifier(name) ? $"{path}.{name}" : $"{path}[{CedarText.Quote(name)}]";
}
