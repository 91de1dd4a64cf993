using Doorward.Control.Audit.Notes;
using Doorward.Control.Audit.Tiles;
using Doorward.Control.Audit.Verification;
using Doorward.Core.Applications;

namespace Doorward.Control.Audit;

/// <summary>
/// Checks a log offline, from its files alone: signature, every entry, every tile, and a checkpoint that was kept outside. It never
/// believes a stored hash, and no content of the files makes it throw. A log that is being written can be checked.
/// </summary>
public static class AuditVerifier
{
    /// <param name="directory">A data directory, or the folder of a log.</param>
    /// <param name="vkey">The verifier key line, kept outside; null for the one beside the log, which proves less.</param>
    /// <param name="outsideCheckpoint">A file with a checkpoint that was kept outside; null for none.</param>
    /// <param name="progress">Told how many records are checked.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public static Task<AuditVerdict> VerifyAsync(
        string directory,
        string? vkey = null,
        string? outsideCheckpoint = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default) =>
        Task.Run(() => Verify(LogFolder.Find(directory), vkey, outsideCheckpoint, progress, cancellationToken), cancellationToken);

    private static AuditVerdict Verify(
        LogFolder log, string? vkey, string? outsidePath, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            if (ReadKey(log, vkey) is not { } key)
            {
                return vkey is null
                    ? Unreadable("log.vkey", "there is no verifier key of this kind (ECDSA P-256)")
                    : new AuditVerdict.Unusable("key", "it is no verifier key (one line, NAME+HASH+KEY, as in log.vkey)");
            }

            // Outside first: a live log only grows, so the checkpoint read after it can only be the same or newer.
            Checkpoint? outside = null;
            if (outsidePath is not null && (outside = ReadCheckpoint(key, outsidePath, outsidePath, out var refusal)) is null)
            {
                return new AuditVerdict.Unusable(outsidePath, refusal!.Why);
            }

            if (ReadCheckpoint(key, log.Checkpoint, "checkpoint", out refusal) is not { } head)
            {
                return refusal!;
            }

            if (outside is not null && outside.Size > head.Size)
            {
                return new AuditVerdict.Bad(AuditFault.Truncated, head.Size, "checkpoint",
                    $"the log ends after {Counted.Of(head.Size, "record")}; the outside checkpoint knows of {outside.Size}");
            }

            using var scan = new LogScan(log, head, outside);
            return scan.Run(progress, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unreadable(log.Root, e.Message);
        }
    }

    private static NoteVerifier? ReadKey(LogFolder log, string? vkey)
    {
        var line = vkey ?? (LogFolder.ReadFile(log.VerifierKey) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : "");
        return NoteVerifier.Parse(line);
    }

    private static Checkpoint? ReadCheckpoint(NoteVerifier key, string path, string name, out AuditVerdict.Bad? refusal)
    {
        refusal = null;
        if (LogFolder.ReadFile(path) is not { } note)
        {
            refusal = Unreadable(name, "there is no such file");
            return null;
        }

        var checkpoint = key.Open(note, out var why);
        refusal = checkpoint is null ? new AuditVerdict.Bad(AuditFault.BadSignature, null, name, why) : null;
        return checkpoint;
    }

    private static AuditVerdict.Bad Unreadable(string file, string why) => new(AuditFault.Unreadable, null, file, why);
}
