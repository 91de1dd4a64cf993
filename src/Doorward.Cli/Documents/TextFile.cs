using System.Text;

namespace Doorward.Cli.Documents;

/// <summary>Reads a file or stdin whole, as the UTF-8 text that it must be, up to a bound.</summary>
internal static class TextFile
{
    public const string Stdin = "-";
    private const int MaximumBytes = 16 << 20;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What messages call the file.</summary>
    public static string NameOf(string path) => path == Stdin ? "stdin" : path;

    public static string Read(string path)
    {
        using var stream = path == Stdin ? System.Console.OpenStandardInput() : Open(path);
        var bytes = ReadBounded(stream) ?? throw new CommandFailure("is larger than 16 MB", "split it", NameOf(path));
        try
        {
            var text = Strict.GetString(bytes);
            return text.StartsWith('\ufeff') ? text[1..] : text;
        }
        catch (DecoderFallbackException wrong)
        {
            throw new CommandFailure("is not UTF-8 text", "save it as UTF-8", PlaceOf(NameOf(path), bytes, Math.Max(0, wrong.Index)).ToString(), wrong);
        }
    }

    private static FileStream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new CommandFailure("is a folder", "name a file", path);
        }

        return File.Exists(path) ? File.OpenRead(path) : throw new CommandFailure("no such file", "check the path", path);
    }

    private static byte[]? ReadBounded(Stream stream)
    {
        using var kept = new MemoryStream();
        var block = new byte[64 * 1024];
        for (int read; (read = stream.Read(block)) > 0;)
        {
            if (kept.Length + read > MaximumBytes)
            {
                return null;
            }

            kept.Write(block, 0, read);
        }

        return kept.ToArray();
    }

    private static Place PlaceOf(string file, ReadOnlySpan<byte> bytes, int index)
    {
        var before = bytes[..Math.Min(index, bytes.Length)];
        return new Place(file, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
    }
}
