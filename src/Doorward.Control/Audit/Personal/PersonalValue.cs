using System.Security.Cryptography;
using System.Text;

namespace Doorward.Control.Audit.Personal;

/// <summary>One personal value beside the log, with the salt that ties it to the hash in the entry.</summary>
/// <param name="Sequence">The record it belongs to.</param>
/// <param name="Field">Its field: <c>actor</c>, <c>target</c> or <c>details.NAME</c>.</param>
/// <param name="Salt">32 random bytes; without them the hash in the entry tells nothing.</param>
/// <param name="Value">The value itself.</param>
internal readonly record struct PersonalValue(long Sequence, string Field, byte[] Salt, string Value)
{
    public const string Erased = "erased";
    private const string Scheme = "h1:";
    private const int SaltSize = 32;

    public static PersonalValue Create(long sequence, string field, string value) =>
        new(sequence, field, RandomNumberGenerator.GetBytes(SaltSize), value);

    /// <summary>What the entry holds: <c>h1:</c> and base64 of HMAC-SHA256(salt, value).</summary>
    public string Commitment() => Scheme + Convert.ToBase64String(HMACSHA256.HashData(Salt, Encoding.UTF8.GetBytes(Value)));
}
