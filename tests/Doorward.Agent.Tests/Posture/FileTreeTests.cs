using Doorward.Agent.Posture;

namespace Doorward.Agent.Tests.Posture;

/// <summary>A tree that stands for a machine.</summary>
public sealed class FileTreeTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly FixtureTree _tree = new("-- usr/lib/os-release --\nID=debian\n-- etc/conf.d/a --\nA\n", Now);

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("etc/os-release", "../usr/lib/os-release", "/etc/os-release", "ID=debian")]
    [InlineData("etc/os-release", "/usr/lib/os-release", "/etc/os-release", "ID=debian")]
    [InlineData("etc/os-release", "../../../usr/lib/../lib/os-release", "/etc/os-release", "ID=debian")]
    [InlineData("lib", "/usr/lib", "/lib/os-release", "ID=debian")]
    [InlineData("etc/hosts", "/etc/hosts", "/etc/hosts", null)]
    [InlineData("etc/shadow", "/etc/passwd", "/etc/shadow", null)]
    [InlineData("etc/passwd", "../../../../../../../../etc/passwd", "/etc/passwd", null)]
    [InlineData("etc/ssh", "/etc", "/etc/ssh/passwd", null)]
    public void Links_lead_to_what_is_in_it_and_never_out_of_it(string link, string target, string path, string? text)
    {
        File.CreateSymbolicLink(Path.Join(_tree.Path, link), target);
        var files = new FileTree(_tree.Path);
        Assert.Equal(text, files.ReadLine(path));
        Assert.Equal(text is not null, files.Exists(path));
        Assert.Equal(text is not null, files.Modified(path) is not null);
    }

    [Fact]
    public void A_folder_is_listed_where_its_link_leads_within()
    {
        File.CreateSymbolicLink(Path.Join(_tree.Path, "inner"), "/etc/conf.d");
        File.CreateSymbolicLink(Path.Join(_tree.Path, "outer"), "/usr/bin");
        var files = new FileTree(_tree.Path);
        Assert.Equal(["a"], files.Names("/inner"));
        Assert.Empty(files.Names("/outer"));
        Assert.Null(files.ReadText("/../../../../../../../etc/passwd"));
    }
}
