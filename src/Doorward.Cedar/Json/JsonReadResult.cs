using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>What is wrong with a JSON text, and where.</summary>
/// <param name="Message">In a sentence, with what to write instead.</param>
/// <param name="Path">The way to the value, such as <c>$[3].attrs.address</c>.</param>
/// <param name="Offset">How many bytes stand in front of the place.</param>
public sealed record JsonError(string Message, string Path, long Offset)
{
    /// <summary>One line with place and message.</summary>
    public override string ToString() => $"{Path} (byte {Offset}): {Message}";
}

/// <summary>What was read from a JSON text, or the first error in it.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
public sealed record JsonReadResult<T>
    where T : class
{
    internal JsonReadResult(T? value, JsonError? error) => (Value, Error) = (value, error);

    /// <summary>What was read; null when there is an error.</summary>
    public T? Value { get; }

    /// <summary>The error; null on success.</summary>
    public JsonError? Error { get; }

    /// <summary>Whether the text was read without an error.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Success => Error is null;
}
