using System.Globalization;

namespace Doorward.Control.Audit.Notes;

/// <summary>What a log commits to at one moment (C2SP tlog-checkpoint): who it is, how many entries, their root hash.</summary>
internal sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    public string ToText() => $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n";

    /// <summary>Null when the text is no checkpoint. Extension lines are allowed and ignored.</summary>
    public static Checkpoint? Parse(string text)
    {
        var lines = text.Split('\n');
        var root = new byte[Tiles.MerkleHash.Size + 1];
        return lines is [{ Length: > 0 } origin, { Length: > 0 } size, var hash, .., ""]
            && (size[0] != '0' || size.Length == 1)
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && hash.Length == 44
            && Convert.TryFromBase64String(hash, root, out var length)
            && length == Tiles.MerkleHash.Size
            ? new Checkpoint(origin, count, root[..length])
            : null;
    }
}

/// <summary>A checkpoint together with the note that carries it.</summary>
internal sealed record SignedCheckpoint(Checkpoint Content, byte[] Note);
