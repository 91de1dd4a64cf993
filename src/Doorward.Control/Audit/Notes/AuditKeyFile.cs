using System.Security.Cryptography;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit.Notes;

/// <summary>The private key of a log. It belongs to one log from its first checkpoint on; neither is ever made without the other.</summary>
internal sealed class AuditKeyFile(string path, LogFolder log)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    // The key gets its final name last, so that a key without a log always means that the log was taken away.
    private string Draft => path + ".new";

    /// <summary>The signer of this log; a log that never was is begun here.</summary>
    /// <exception cref="AuditUnavailableException">Key or log is missing, unreadable, open to others, or not of the other.</exception>
    public NoteSigner Open(string originOfNewLog)
    {
        if (!File.Exists(path))
        {
            return Begin(originOfNewLog);
        }

        if (!File.Exists(log.Checkpoint) || !File.Exists(log.VerifierKey))
        {
            throw new AuditUnavailableException(
                $"{log.Root}: the audit log is missing but its key is there; restore it, or move {path} away to begin a new log");
        }

        var key = Load();
        var verifier = NoteVerifier.Parse(File.ReadAllText(log.VerifierKey));
        if (verifier is not null && verifier.KeyId.SequenceEqual(NoteVerifier.Of(verifier.Name, key).KeyId))
        {
            return new NoteSigner(verifier.Name, key);
        }

        key.Dispose();
        throw new AuditUnavailableException($"{path}: this is not the key of the log in {log.Root}; restore the key that belongs to it");
    }

    private NoteSigner Begin(string origin)
    {
        if (Directory.Exists(Path.Combine(log.Root, "tile")) || (File.Exists(log.Checkpoint) && !File.Exists(Draft)))
        {
            throw new AuditUnavailableException($"{path}: the key of the audit log is missing; restore it, or move {log.Root} away");
        }

        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
        DurableFile.CreateFolder(log.Root);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DurableFile.Write(Draft, System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        var signer = new NoteSigner(origin, key);
        DurableFile.Write(log.VerifierKey, System.Text.Encoding.UTF8.GetBytes(signer.Verifier.ToLine() + "\n"));
        DurableFile.Replace(log.Checkpoint, log.CheckpointDraft, signer.Sign(0, new TileTree().Root()).Note);
        File.Move(Draft, path);
        DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
        return signer;
    }

    private ECDsa Load()
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new AuditUnavailableException($"{path}: others may read this key; run chmod 600 on it after making sure that nobody did");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            if (key.KeySize == 256)
            {
                return key;
            }
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw new AuditUnavailableException($"{path}: cannot read the key of the audit log; restore it from a backup", e);
        }

        key.Dispose();
        throw new AuditUnavailableException($"{path}: not a P-256 key; restore the key of the audit log from a backup");
    }
}
