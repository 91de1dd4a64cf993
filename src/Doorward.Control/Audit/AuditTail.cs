using System.Runtime.CompilerServices;
using Doorward.Control.Audit.Reading;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit;

/// <summary>Follows a log: what is there from a record on, and then what is added. Needs only the files.</summary>
public static class AuditTail
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <param name="directory">A data directory, or the folder of a log.</param>
    /// <param name="from">Sequence number of the first record; negative to begin that many before the end.</param>
    /// <param name="time">The clock that the looking goes by.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <returns>Records as JSON, as <see cref="AuditExport"/> writes them, without line ends.</returns>
    /// <exception cref="InvalidDataException">A record cannot be read.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> FollowAsync(
        string directory, long from, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var reader = new EntryReader(LogFolder.Find(directory));
        var next = from < 0 ? Math.Max(0, reader.Size() + from) : from;
        while (true)
        {
            var size = reader.Size();
            while (next < size)
            {
                foreach (var line in reader.Bundle(next, size))
                {
                    yield return line;
                    next++;
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
