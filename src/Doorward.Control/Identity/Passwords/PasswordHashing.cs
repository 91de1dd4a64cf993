using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Doorward.Control.Identity.Passwords;

/// <summary>
/// PBKDF2-HMAC-SHA512 at OWASP's current cost (210,000 iterations), in ASP.NET Core Identity's self-describing format.
/// One check costs about a tenth of a second of a core, so only a few run at once and only a few more may wait.
/// </summary>
public sealed class PasswordHashing : IDisposable
{
    private const int Iterations = 210_000;
    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly AttemptSlots slots = new();
    private readonly Lazy<string> dummy;

    public PasswordHashing() => dummy = new(() => hasher.HashPassword(Nobody, RandomNumberGenerator.GetHexString(32)));

    /// <summary>Call inside a slot where strangers can make it happen.</summary>
    internal string Hash(string password) => hasher.HashPassword(Nobody, PasswordRules.Normalize(password));

    /// <summary>Whether it was made at a lower cost than today's.</summary>
    internal static bool IsOld(string hash) =>
        // Format marker 1, then PRF, iterations and salt length as big-endian 32-bit numbers (ASP.NET Core Identity version 3).
        Convert.FromBase64String(hash) is not [1, .. var rest] || BinaryPrimitives.ReadUInt32BigEndian(rest.AsSpan(4)) < Iterations;

    /// <summary>Runs a whole check in one of the slots of password checks; default of <typeparamref name="T"/> when too many are waiting already.</summary>
    internal Task<T?> InSlotAsync<T>(Func<Task<T>> check, CancellationToken cancel) => slots.RunAsync(check, cancel);

    /// <summary>Compares in constant time; without a hash it costs the same and fails. Call inside a slot.</summary>
    internal bool Verify(string? hash, string password)
    {
        // Made for everybody, so that the first unknown name after a start takes no longer than a known one.
        var nobodys = dummy.Value;
        var matches = hasher.VerifyHashedPassword(Nobody, hash ?? nobodys, Shortened(password)) != PasswordVerificationResult.Failed;
        return matches && hash is not null;
    }

    public void Dispose() => slots.Dispose();

    // Longer than any password can be: hashing it in full would let one request cost more than another.
    private static string Shortened(string password) =>
        password.Length <= PasswordRules.Longest ? PasswordRules.Normalize(password) : "";
}
