using Doorward.Cli.Documents;

namespace Doorward.Cli.Tests.Documents;

public sealed class TextFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Takes_the_mark_that_some_editors_put_first_away()
    {
        File.WriteAllBytes(_file, [0xef, 0xbb, 0xbf, (byte)'a']);

        Assert.Equal("a", TextFile.Read(_file));
    }

    [Fact]
    public void Names_the_place_of_what_is_not_UTF_8()
    {
        File.WriteAllBytes(_file, [.. "kind: Group\nname: g"u8, 0xff, (byte)'\n']);

        var failure = Assert.Throws<CommandFailure>(() => TextFile.Read(_file));

        Assert.Equal($"doorward: {_file}:2:8: is not UTF-8 text; save it as UTF-8", failure.Line);
    }

    [Fact]
    public void Refuses_what_is_too_large_without_reading_it_all()
    {
        using (var file = File.OpenWrite(_file))
        {
            file.SetLength(5L << 30);
        }

        Assert.Equal($"doorward: {_file}: is larger than 16 MB; split it", Assert.Throws<CommandFailure>(() => TextFile.Read(_file)).Line);
    }

    [Fact]
    public void Tells_a_folder_from_a_file_that_is_not_there()
    {
        Assert.Contains("is a folder", Assert.Throws<CommandFailure>(() => TextFile.Read(Path.GetTempPath())).Line);
        Assert.Contains("no such file", Assert.Throws<CommandFailure>(() => TextFile.Read(_file + ".none")).Line);
    }

    public void Dispose() => File.Delete(_file);
}
