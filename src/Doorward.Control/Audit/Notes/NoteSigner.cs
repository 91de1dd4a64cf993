using System.Security.Cryptography;
using System.Text;

namespace Doorward.Control.Audit.Notes;

/// <summary>Signs checkpoints with the log's private key.</summary>
internal sealed class NoteSigner(string name, ECDsa key) : IDisposable
{
    public NoteVerifier Verifier { get; } = NoteVerifier.Of(name, key);

    public SignedCheckpoint Sign(long size, byte[] root)
    {
        var checkpoint = new Checkpoint(name, size, root);
        var text = checkpoint.ToText();
        var signature = key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var note = new SignedNote(text, [(name, [.. Verifier.KeyId, .. signature])]);
        return new SignedCheckpoint(checkpoint, note.ToBytes());
    }

    public void Dispose() => key.Dispose();
}
