namespace Doorward.Control.Audit;

/// <summary>
/// One value of a record: text, a number, a truth value or a list of texts. A personal text (user name, e-mail, address,
/// user agent) never enters the log; it lies beside it and the entry holds its salted hash.
/// </summary>
public readonly record struct AuditValue
{
    private AuditValue(object? content, bool isPersonal = false)
    {
        Content = content;
        IsPersonal = isPersonal;
    }

    /// <summary>Whether the value names or describes a person, and so must be erasable.</summary>
    public bool IsPersonal { get; }

    /// <summary>Whether there is no value at all; absent values are left out of the entry.</summary>
    public bool IsAbsent => Content is null;

    /// <summary>A <see cref="string"/>, <see cref="long"/>, <see cref="bool"/> or array of strings.</summary>
    internal object? Content { get; }

    internal string? Text => Content as string;

    /// <summary>A text that belongs to a person.</summary>
    public static AuditValue Personal(string? text) => new(text, isPersonal: true);

    /// <summary>A list of texts, none of them personal.</summary>
    public static AuditValue List(IEnumerable<string> texts) => new(texts.ToArray());

    public static AuditValue FromString(string? text) => new(text);

    public static AuditValue FromInt64(long number) => new(number);

    public static AuditValue FromBoolean(bool truth) => new(truth);

    public static implicit operator AuditValue(string? text) => FromString(text);

    public static implicit operator AuditValue(long number) => FromInt64(number);

    public static implicit operator AuditValue(bool truth) => FromBoolean(truth);
}
