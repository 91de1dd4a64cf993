using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Doorward.Control.Audit.Notes;

/// <summary>
/// The public half of a log's key, written as a vkey line: <c>name+hash+base64(type, key)</c>. The type is 0x02, ECDSA P-256 with
/// SHA-256, whose key id is the start of the hash of the public key (C2SP signed-note).
/// </summary>
internal sealed class NoteVerifier
{
    private const byte EcdsaType = 0x02;
    private readonly byte[] _publicKey;

    private NoteVerifier(string name, byte[] publicKey)
    {
        Name = name;
        _publicKey = publicKey;
        KeyId = SHA256.HashData(publicKey)[..4];
    }

    public string Name { get; }

    public byte[] KeyId { get; }

    public static NoteVerifier Of(string name, ECDsa key) => new(name, key.ExportSubjectPublicKeyInfo());

    public string ToLine() => $"{Name}+{Convert.ToHexStringLower(KeyId)}+{Convert.ToBase64String([EcdsaType, .. _publicKey])}";

    /// <summary>Null when the line is no vkey of the one type that logs of this product have.</summary>
    public static NoteVerifier? Parse(string line)
    {
        var parts = line.Trim().Split('+', 3);
        if (parts is not [{ Length: > 0 } name, { Length: 8 } id, var encoded] || name.Any(char.IsWhiteSpace)
            || !uint.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _))
        {
            return null;
        }

        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length) || length < 2 || bytes[0] != EcdsaType)
        {
            return null;
        }

        var verifier = new NoteVerifier(name, bytes[1..length]);
        using var key = verifier.Import();
        return key is not null && id.Equals(Convert.ToHexStringLower(verifier.KeyId), StringComparison.OrdinalIgnoreCase) ? verifier : null;
    }

    /// <summary>The checkpoint that a note carries if this key signed it, else null and why not.</summary>
    public Checkpoint? Open(ReadOnlySpan<byte> bytes, out string why)
    {
        if (SignedNote.Parse(bytes) is not { } note || Checkpoint.Parse(note.Text) is not { } checkpoint)
        {
            why = "it is not a checkpoint note";
            return null;
        }

        var ours = note.Signatures.Where(s => s.Name == Name && s.Blob.AsSpan(0, 4).SequenceEqual(KeyId)).ToList();
        why = ours.Count == 0 ? $"no signature by {Name}" : checkpoint.Origin != Name ? $"it is of another log, {checkpoint.Origin}" : "";
        if (why.Length > 0)
        {
            return null;
        }

        using var key = Import();
        var data = Encoding.UTF8.GetBytes(note.Text);
        if (key is null || !ours.All(s => key.VerifyData(data, s.Blob.AsSpan(4), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)))
        {
            why = "its signature does not verify";
            return null;
        }

        return checkpoint;
    }

    private ECDsa? Import()
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(_publicKey, out var read);
            if (read == _publicKey.Length && key.KeySize == 256)
            {
                return key;
            }
        }
        catch (CryptographicException)
        {
            // Not a key: the answer is the null below.
        }

        key.Dispose();
        return null;
    }
}
