namespace Doorward.Control.Audit;

/// <summary>What is wrong with a log.</summary>
public enum AuditFault
{
    /// <summary>A record's bytes, or the personal value beside it, are not what was written.</summary>
    Altered,

    /// <summary>A record in the middle is gone.</summary>
    Deleted,

    /// <summary>A record stands where none was written.</summary>
    Inserted,

    /// <summary>Records are not in the order they were written in.</summary>
    Reordered,

    /// <summary>Records at the end are gone.</summary>
    Truncated,

    /// <summary>The records are right, but a tile of hashes is not.</summary>
    WrongHashTile,

    /// <summary>The checkpoint is not signed by the key of the log.</summary>
    BadSignature,

    /// <summary>The log is signed, but its history is not the one that an outside checkpoint commits to.</summary>
    Forked,

    /// <summary>Checkpoint, key or a file cannot be read at all.</summary>
    Unreadable,
}

/// <summary>The answer of the verifier.</summary>
public abstract record AuditVerdict
{
    private AuditVerdict()
    {
    }

    /// <summary>Every record and every tile is what the signed checkpoint commits to.</summary>
    /// <param name="Origin">Identity of the log.</param>
    /// <param name="Size">Number of records.</param>
    /// <param name="Root">Root hash, base64.</param>
    /// <param name="PersonalChecked">Whether the personal values beside the log were there to be checked.</param>
    /// <param name="OutsideSize">Size of the outside checkpoint that the log agrees with; null when none was given.</param>
    public sealed record Intact(string Origin, long Size, string Root, bool PersonalChecked, long? OutsideSize) : AuditVerdict;

    /// <summary>Something is wrong.</summary>
    /// <param name="Fault">Its kind.</param>
    /// <param name="Sequence">The first bad record; null when the fault is not in a record, or the files no longer tell which.</param>
    /// <param name="File">The file it was seen in, relative to the log's folder where it lies there.</param>
    /// <param name="Why">One sentence.</param>
    public sealed record Bad(AuditFault Fault, long? Sequence, string File, string Why) : AuditVerdict;

    /// <summary>Nothing was checked: what was given to check with is not what it should be. The log may be as it was.</summary>
    /// <param name="File">The key or checkpoint that was kept outside.</param>
    /// <param name="Why">One clause.</param>
    public sealed record Unusable(string File, string Why) : AuditVerdict;
}
