using Doorward.Control.Audit.Reading;
using Doorward.Control.Audit.Tiles;
using Microsoft.Data.Sqlite;

namespace Doorward.Control.Audit;

/// <summary>How far an export is.</summary>
/// <param name="Written">Records written.</param>
/// <param name="Total">Records that will be written.</param>
public readonly record struct AuditProgress(long Written, long Total);

/// <summary>How an export ended.</summary>
public abstract record AuditExportResult
{
    private AuditExportResult()
    {
    }

    public sealed record Done(long Records) : AuditExportResult;

    /// <summary>The export stops before what cannot be read; what is before it was written.</summary>
    public sealed record Damaged(long Records, string Why) : AuditExportResult;
}

/// <summary>
/// Writes a log as JSON lines with the personal values in their places ("erased" where they are gone, "altered" where they do not
/// belong to their hash). Holds one bundle of 256 records in memory. A log that is being written can be exported.
/// </summary>
public static class AuditExport
{
    /// <param name="directory">A data directory, or the folder of a log.</param>
    /// <param name="output">Gets one JSON object a line, UTF-8. A failure to write to it is the caller's and is thrown.</param>
    /// <param name="from">Sequence number of the first record.</param>
    /// <param name="to">Sequence number of the last record, inclusive; null for the last that is there.</param>
    /// <param name="progress">Told after every bundle.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    public static async Task<AuditExportResult> WriteAsync(
        string directory,
        Stream output,
        long from = 0,
        long? to = null,
        IProgress<AuditProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        var written = 0L;
        List<ReadOnlyMemory<byte>> lines = [];
        try
        {
            using var reader = new EntryReader(LogFolder.Find(directory));
            var size = reader.Size();
            var end = to is { } last && last < size ? last + 1 : size;
            for (var total = end - from; written < total; progress?.Report(new AuditProgress(written, total)))
            {
                lines.Clear();
                lines.AddRange(reader.Bundle(from + written, size).Take((int)Math.Min(TileId.FullWidth, total - written)));
                foreach (var line in lines)
                {
                    await output.WriteAsync(line, cancellationToken);
                    await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
                }

                written += lines.Count;
            }
        }
        catch (Exception e) when (e is InvalidDataException or SqliteException or InvalidOperationException)
        {
            return new AuditExportResult.Damaged(written, e.Message);
        }

        await output.FlushAsync(cancellationToken);
        return new AuditExportResult.Done(written);
    }
}
