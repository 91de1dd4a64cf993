namespace Doorward.Cedar.Compilation;

/// <summary>What a test comes to.</summary>
internal enum Truth : byte
{
    /// <summary>It does not hold.</summary>
    False,

    /// <summary>It holds.</summary>
    True,

    /// <summary>It could not be evaluated; the frame knows why.</summary>
    Error,
}

internal static class Truths
{
    public static Truth From(bool value) => value ? Truth.True : Truth.False;
}
