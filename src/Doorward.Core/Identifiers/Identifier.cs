using System.Security.Cryptography;

namespace Doorward.Core.Identifiers;

/// <summary>Makes public identifiers: a kind prefix and 100 random bits in lower-case Crockford base 32. Never credentials.</summary>
public static class Identifier
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string New(string prefix) => $"{prefix}_{RandomNumberGenerator.GetString(Alphabet, 20)}";
}
