using Doorward.Cli.Output;

namespace Doorward.Cli.Tests.Output;

public sealed class PrivateFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dw-");

    [Fact]
    public void Is_its_owners_alone_also_where_a_file_or_a_link_of_that_name_was()
    {
        var (file, link, elsewhere) = (Path.Combine(_folder.FullName, "file"), Path.Combine(_folder.FullName, "link"), Path.Combine(_folder.FullName, "elsewhere"));
        File.WriteAllText(file, "old");
        File.WriteAllText(elsewhere, "old");
        File.CreateSymbolicLink(link, elsewhere);

        PrivateFile.Create(file).Dispose();
        PrivateFile.Create(link).Dispose();

        Assert.All([file, link], path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
        Assert.Equal("old", File.ReadAllText(elsewhere));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
