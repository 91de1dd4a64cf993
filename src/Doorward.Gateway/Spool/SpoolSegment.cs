using Doorward.Core.Protocol;
using Microsoft.Win32.SafeHandles;

namespace Doorward.Gateway.Spool;

/// <summary>One file of consecutive records, named by the number of its first. Only the last is ever written.</summary>
internal sealed class SpoolSegment : IDisposable
{
    private const string Prefix = "records-";
    private const string Suffix = ".log";
    private readonly SafeFileHandle _file;

    private SpoolSegment(string path, long first, SafeFileHandle file)
    {
        Path = path;
        First = first;
        Next = first;
        _file = file;
    }

    public string Path { get; }

    public long First { get; }

    /// <summary>The number after the last record held.</summary>
    public long Next { get; private set; }

    public long Length { get; private set; }

    public static SpoolSegment Create(string directory, long first)
    {
        var path = System.IO.Path.Combine(directory, $"{Prefix}{first:D19}{Suffix}");
        return new SpoolSegment(path, first, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
    }

    /// <summary>All segments of a directory in order, each cut where its last whole record ends.</summary>
    public static List<SpoolSegment> Recover(string directory)
    {
        var segments = new List<SpoolSegment>();
        foreach (var path in Directory.EnumerateFiles(directory, $"{Prefix}*{Suffix}").Order(StringComparer.Ordinal))
        {
            var number = System.IO.Path.GetFileName(path.AsSpan())[Prefix.Length..^Suffix.Length];
            if (!long.TryParse(number, out var first))
                continue;
            var segment = Create(directory, first);
            segment.Recover();
            segments.Add(segment);
        }

        return segments;
    }

    /// <summary>Writes frames and waits for the disk. On failure the file is as before.</summary>
    public void Append(ReadOnlySpan<byte> frames, int count)
    {
        try
        {
            RandomAccess.Write(_file, frames, Length);
            RandomAccess.FlushToDisk(_file);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_file, Length);
            throw;
        }

        Length += frames.Length;
        Next += count;
    }

    /// <summary>Records from an offset on, up to about so many bytes; the offset moves behind them.</summary>
    public List<Record> Read(ref long offset, int bytes)
    {
        var records = new List<Record>();
        var buffer = new byte[Math.Min(Length - offset, Math.Max(bytes, SpoolFrame.HeaderSize + SpoolFrame.PayloadLimit))];
        var rest = buffer.AsSpan(0, RandomAccess.Read(_file, buffer, offset));
        var taken = 0;
        while (taken < bytes && SpoolFrame.TryRead(rest, out var payload))
        {
            records.Add(Record.Parser.ParseFrom(payload));
            var size = SpoolFrame.HeaderSize + payload.Length;
            rest = rest[size..];
            taken += size;
        }

        offset += taken;
        return records;
    }

    public void Delete()
    {
        _file.Dispose();
        File.Delete(Path);
    }

    public void Dispose() => _file.Dispose();

    private void Recover()
    {
        Length = RandomAccess.GetLength(_file);
        long whole = 0;
        for (var records = Read(ref whole, SpoolFrame.PayloadLimit); records.Count > 0; records = Read(ref whole, SpoolFrame.PayloadLimit))
            Next += records.Count;
        if (whole == Length)
            return;
        RandomAccess.SetLength(_file, whole);
        RandomAccess.FlushToDisk(_file);
        Length = whole;
    }
}
