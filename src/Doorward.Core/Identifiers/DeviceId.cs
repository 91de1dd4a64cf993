namespace Doorward.Core.Identifiers;

/// <summary>Names one enrolled machine; never reused. It stands in the machine's certificate.</summary>
public readonly record struct DeviceId(string Value)
{
    private const string Prefix = "dev_";
    private const int Length = 24;

    public static DeviceId New() => new(Identifier.New("dev"));

    /// <summary>Whether a text has the form of one.</summary>
    public static bool IsId(string text) => text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text[Prefix.Length..].All(static letter => char.IsAsciiDigit(letter) || char.IsAsciiLetterLower(letter));

    public override string ToString() => Value;
}
