namespace Doorward.Cedar;

/// <summary>
/// Hashes numbers with the seed of the process. The hash of a .NET number is the number itself, so that whoever chooses the numbers
/// of a set could make all of them collide.
/// </summary>
internal static class NumberHash
{
    public static int Of(long number) => HashCode.Combine((int)number, (int)(number >> 32));
}
