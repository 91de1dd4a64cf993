using Doorward.Control.Audit.Notes;
using Doorward.Control.Audit.Tiles;
using Doorward.Core.Applications;

namespace Doorward.Control.Audit.Witness;

/// <summary>Keeps the newest checkpoint in a file, and refuses to replace one that the log does not follow.</summary>
internal sealed class FileSink(string path) : ICheckpointSink
{
    public string Name => "file";

    public Task SendAsync(SignedCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        if (LogFolder.ReadFile(path) is { } bytes && SignedNote.Parse(bytes) is { } note && Checkpoint.Parse(note.Text) is { } kept
            && kept.Origin == checkpoint.Content.Origin && !Follows(checkpoint.Content, kept))
        {
            throw new InvalidDataException(
                $"{path} knows of {Counted.Of(kept.Size, "record")}, the log now has {checkpoint.Content.Size} and is not its continuation: it was put back");
        }

        DurableFile.Replace(path, path + ".tmp", checkpoint.Note);
        return Task.CompletedTask;
    }

    private static bool Follows(Checkpoint next, Checkpoint kept) =>
        next.Size > kept.Size || (next.Size == kept.Size && next.Root.AsSpan().SequenceEqual(kept.Root));
}
