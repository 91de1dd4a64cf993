using System.Collections.ObjectModel;

namespace Doorward.Control.Audit;

/// <summary>Something that happened, as it is told to the audit log. The log adds sequence number and time.</summary>
public sealed record AuditRecord
{
    internal const int MaxDetails = 64;
    internal const int MaxListItems = 256;

    public required AuditKind Kind { get; init; }

    /// <summary>Who did it: a subject, gateway, device, or <c>system</c>. Text, personal where it names a person.</summary>
    public required AuditValue Actor { get; init; }

    /// <summary>What was done, in dotted words such as <c>session.revoke</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to. Text, or absent.</summary>
    public AuditValue Target { get; init; }

    /// <summary>How it ended, such as <c>allowed</c>, <c>denied</c>, <c>done</c>, <c>failed</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The reference id that people were shown, if any.</summary>
    public string? Reference { get; init; }

    /// <summary>When it happened; absent for "now". Gateways send the time of the request.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Where the record stood in the spool of the gateway that made it, if a gateway made it.</summary>
    public SpoolNumber? Spool { get; init; }

    /// <summary>Everything else, flat: at most 64 names of at most 64 letters, digits, dots, dashes and underscores.</summary>
    public IReadOnlyDictionary<string, AuditValue> Details { get; init; } = ReadOnlyDictionary<string, AuditValue>.Empty;

    /// <summary>What is wrong with the record, or null. Sizes of values are not: the encoder shortens them.</summary>
    internal string? Problem()
    {
        if (!Enum.IsDefined(Kind))
        {
            return "kind is not one of the vocabulary";
        }

        if (Actor.Text is null || (!Target.IsAbsent && Target.Text is null))
        {
            return "actor and target are texts, and there is always an actor";
        }

        if (string.IsNullOrEmpty(Action) || string.IsNullOrEmpty(Outcome))
        {
            return "action and outcome may not be empty";
        }

        if (Spool is { } spool && (spool.Number < 1 || !SpoolNumber.IsName(spool.Gateway)))
        {
            return "a spool number names its gateway in at most 128 plain characters and counts from 1";
        }

        return Details.Count > MaxDetails || Details.Any(d => !IsName(d.Key) || d.Value.Content is string[] { Length: > MaxListItems })
            ? $"details are at most {MaxDetails}, with names of at most 64 plain characters, and lists of at most {MaxListItems}"
            : null;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}

/// <summary>The place of a record in a gateway's numbered spool: numbers count from 1 without a gap.</summary>
/// <param name="Gateway">Names the spool; a gateway that starts a new spool takes a new name (such as <c>edge-1/2</c>).</param>
/// <param name="Number">The number the gateway gave the record.</param>
public readonly record struct SpoolNumber(string Gateway, long Number)
{
    internal static bool IsName(string? name) =>
        name is { Length: > 0 and <= 128 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':');
}
