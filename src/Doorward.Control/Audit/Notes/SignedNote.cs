using System.Text;

namespace Doorward.Control.Audit.Notes;

/// <summary>A text with signature lines below it, as C2SP signed-note defines.</summary>
/// <param name="Text">What is signed, final newline included.</param>
/// <param name="Signatures">Key name and the bytes after it: four of key id, then the signature.</param>
internal sealed record SignedNote(string Text, IReadOnlyList<(string Name, byte[] Blob)> Signatures)
{
    private const int MaxSize = 64 * 1024;
    private const string Dash = "\u2014 ";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public byte[] ToBytes()
    {
        var lines = Signatures.Select(s => $"{Dash}{s.Name} {Convert.ToBase64String(s.Blob)}\n");
        return Strict.GetBytes($"{Text}\n{string.Concat(lines)}");
    }

    /// <summary>Null when the bytes are no note.</summary>
    public static SignedNote? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxSize || bytes.ContainsAnyInRange((byte)0, (byte)9) || bytes.ContainsAnyInRange((byte)11, (byte)31))
        {
            return null;
        }

        string whole;
        try
        {
            whole = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }

        // The last empty line separates; the text before it may hold empty lines of its own.
        var split = whole.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || split + 3 > whole.Length || !whole.EndsWith('\n'))
        {
            return null;
        }

        List<(string, byte[])> signatures = [];
        foreach (var line in whole[(split + 2)..^1].Split('\n'))
        {
            var parts = line.Split(' ');
            var blob = new byte[line.Length];
            if (parts.Length != 3 || parts[0] != Dash.TrimEnd() || parts[1].Length == 0 || parts[1].Contains('+')
                || !Convert.TryFromBase64String(parts[2], blob, out var length) || length < 5)
            {
                return null;
            }

            signatures.Add((parts[1], blob[..length]));
        }

        return new SignedNote(whole[..(split + 1)], signatures);
    }
}
