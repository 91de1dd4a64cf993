using Doorward.Agent.Posture;
using Doorward.Agent.Posture.Watching;

namespace Doorward.Agent.Tests.Posture.Watching;

/// <summary>What rings, and what does not, with the kernel's own news of a tree.</summary>
public sealed class PostureWatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly FixtureTree _tree = FixtureTree.Of("linux-pass", TimeProvider.System.GetUtcNow());
    private readonly Alarm _alarm = new(TimeProvider.System);
    private readonly Machine _machine;

    public PostureWatchTests()
    {
        _machine = Machine.Recorded(PlatformKind.Linux, _tree.Path, TimeProvider.System);
        new PostureCollector(_machine).Collect();
        var watch = new PostureWatch(_machine.Files, _alarm);
        watch.Follow();
        watch.Start();
    }

    [Theory]
    [InlineData("answers/nft -j list ruleset")]
    [InlineData("etc/ssh/sshd_config")]
    [InlineData("etc/ssh/sshd_config.d/99-new.conf")]
    [InlineData("run/reboot-required")]
    public async Task A_file_that_facts_are_read_from_rings_when_it_changes_or_appears(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "news are Linux's");
        var file = Path.Join(_tree.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "1\n", TestContext.Current.CancellationToken);
        Assert.True(await RingsAsync(Patience), path);
    }

    [Fact]
    public async Task A_file_that_nobody_reads_rings_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "news are Linux's");
        await File.WriteAllTextAsync(Path.Join(_tree.Path, "answers/nobody asks"), "1\n", TestContext.Current.CancellationToken);
        Assert.False(await RingsAsync(TimeSpan.FromMilliseconds(500)));

        // Its twin, which somebody reads: the news had come by then.
        await File.WriteAllTextAsync(Path.Join(_tree.Path, "answers/nft -j list ruleset"), "1\n", TestContext.Current.CancellationToken);
        Assert.True(await RingsAsync(Patience));
    }

    public void Dispose() => _tree.Dispose();

    private async Task<bool> RingsAsync(TimeSpan within)
    {
        var until = TimeProvider.System.GetUtcNow() + within;
        await _alarm.WaitAsync(until, TestContext.Current.CancellationToken);
        return TimeProvider.System.GetUtcNow() < until;
    }
}
