using Doorward.Agent.Platform.Linux;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Agent.Tests.Posture;

public sealed class DebianListsTests
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    // 40 stanzas "Package: package-N", "Version: 1.N-1", by lz4 -9 -B4 -BD.
    private static readonly byte[] Frame = Convert.FromBase64String(
        "BCJNGGRAp34BAACiUGFja2FnZTogcAkA/QQtMApWZXJzaW9uOiAxLjAtMQoKIwAYMSMAHzEjAAIYMiMAHzIjAAIYMyMAHzMjAAIYNCMAHzQjAAIYNSMAHzUj" +
        "AAIYNiMAHzYjAAIYNyMAHzcjAAIYOCMAHzgjAAIYOSMAHzk7AQMJXwEfMWABBAphAQ9iAQMZMWMBHzFkAQMZMWUBHzFmAQMZMWcBHzFoAQMZMWkBHzFqAQMZ" +
        "MWsBHzFsAQMZMW0BHzFuAQMZMW8BHzFwAQMZMXEBHzFyAQMZMnIBHzJyAQMZMnIBHzLUAgQK1QIPcgEDGTJyAR8ycgEDGTJyAR8ycgEDGTJyAR8ycgEDGTJy" +
        "AR8ycgEDGTJyAR8ycgEDGTJyAR8ycgEDGTJyAR8ycgEDGTNyAR8zcgEDGTNyAR8zcgEDGTNyAR8zSAQECkkED3IBAxkzcgEfM3IBAxkzcgEfM3IBAxkzcgEf" +
        "M3IBAxkzcgEfM3IBAxkzcgEfM3IBAxkzcgFgMzktMQoKAAAAAO3zrjc=");

    [Theory]
    [InlineData("1.0", "1.0", 0)]
    [InlineData("1.0-1", "1.0-2", -1)]
    [InlineData("1:1.0", "2.0", 1)]
    [InlineData("1.0~rc1", "1.0", -1)]
    [InlineData("1.0~~", "1.0~", -1)]
    [InlineData("1.0+deb12u1", "1.0", 1)]
    [InlineData("1.0-1~deb12u1", "1.0-1", -1)]
    [InlineData("1.10", "1.9", 1)]
    [InlineData("1.09", "1.9", 0)]
    [InlineData("1.0a", "1.0+", -1)]
    [InlineData("3.0.17-1~deb12u2", "3.0.17-1~deb12u3", -1)]
    [InlineData("99999999999999999999", "100000000000000000000", -1)]
    public void Versions_are_ordered_as_dpkg_orders_them(string left, string right, int order)
    {
        Assert.Equal(order, Math.Sign(DebianVersion.Compare(left, right)));
        Assert.Equal(-order, Math.Sign(DebianVersion.Compare(right, left)));
    }

    [Fact]
    public void A_compressed_list_is_what_was_compressed()
    {
        var text = string.Concat(Enumerable.Range(0, 40).Select(static index => $"Package: package-{index}\nVersion: 1.{index}-1\n\n"));

        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(Lz4Frame.Read(Frame, 4096)!));
        Assert.Null(Lz4Frame.Read(Frame, 100));
    }

    [Fact]
    public void A_compressed_list_that_is_cut_or_changed_gives_nothing_or_something_and_never_throws()
    {
        for (var length = 0; length < Frame.Length - 8; length++) Assert.Null(Lz4Frame.Read(Frame.AsSpan(0, length), 1 << 20));
        for (var at = 0; at < Frame.Length; at++)
        {
            foreach (var value in (byte[])[0, 0x7F, 0xF0, 0xFF])
            {
                var changed = Frame.ToArray();
                changed[at] = value;
                _ = Lz4Frame.Read(changed, 1 << 20);
            }
        }
    }

    [Fact]
    public void A_compressed_list_counts_as_a_plain_one_does()
    {
        using var tree = new FixtureTree("-- var/lib/dpkg/status --\nPackage: package-7\nStatus: install ok installed\nVersion: 1.6-1\n", Now);
        Directory.CreateDirectory(Path.Join(tree.Path, DebianPackages.Lists));
        var list = Path.Join(tree.Path, DebianPackages.Lists, "security_Packages.lz4");
        File.WriteAllBytes(list, Frame);
        File.SetLastWriteTimeUtc(list, Now.UtcDateTime);

        Assert.Equal(FactReading.Fail("1 wait: package-7", DebianPackages.Lists), Read(tree, Now));
        File.WriteAllBytes(list, Frame[..^20]);
        File.SetLastWriteTimeUtc(list, Now.UtcDateTime);
        Assert.Equal(FactState.Unknown, Read(tree, Now).State);
    }

    [Fact]
    public void A_list_that_nobody_renewed_for_a_week_says_nothing()
    {
        using var tree = FixtureTree.Of("linux-pass", Now);

        Assert.Equal(FactState.Pass, Read(tree, Now.AddDays(7)).State);
        Assert.Equal(FactState.Unknown, Read(tree, Now.AddDays(7).AddSeconds(1)).State);
        Assert.Equal(FactState.Unknown, Read(tree, Now.AddDays(-8)).State);
    }

    [Fact]
    public void Updates_are_read_again_after_a_quarter_of_an_hour()
    {
        using var tree = FixtureTree.Of("linux-pass", Now);
        var time = new FakeTimeProvider(Now);
        var machine = Machine.Recorded(PlatformKind.Linux, tree.Path, time);
        var reader = new CachedReader(new SecurityUpdatesReader());
        Assert.Equal(FactState.Pass, reader.Read(machine).State);
        File.Delete(Path.Join(tree.Path, DebianPackages.Status));

        time.Advance(CachedReader.Lifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(FactState.Pass, reader.Read(machine).State);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FactState.Unknown, reader.Read(machine).State);
    }

    [Fact]
    public void What_is_kept_is_as_old_as_its_reading_once_its_files_changed_and_new_while_they_are_what_they_were()
    {
        using var tree = FixtureTree.Of("linux-pass", Now);
        var time = new FakeTimeProvider(Now);
        var machine = Machine.Recorded(PlatformKind.Linux, tree.Path, time);
        var (reader, blind) = (new CachedReader(new SecurityUpdatesReader(), DebianPackages.Inputs), new CachedReader(new SecurityUpdatesReader()));
        Assert.Equal((null, Now), (reader.Read(machine).Read, blind.Read(machine).Read));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((null, Now), (reader.Read(machine).Read, blind.Read(machine).Read));

        File.SetLastWriteTimeUtc(Path.Join(tree.Path, DebianPackages.Status), Now.UtcDateTime.AddMinutes(5));
        Assert.Equal((FactState.Pass, Now), (reader.Read(machine).State, reader.Read(machine).Read));
        time.Advance(CachedReader.Lifetime - TimeSpan.FromMinutes(5));
        Assert.Equal((null, Now + CachedReader.Lifetime), (reader.Read(machine).Read, blind.Read(machine).Read));

        var list = Directory.EnumerateFiles(Path.Join(tree.Path, DebianPackages.Lists)).First(static file => file.Contains("security", StringComparison.Ordinal) && file.Contains("_Packages", StringComparison.Ordinal));
        File.Delete(list);
        Assert.Equal(Now + CachedReader.Lifetime, reader.Read(machine).Read);
    }

    private static FactReading Read(FixtureTree tree, DateTimeOffset now) =>
        new SecurityUpdatesReader().Read(Machine.Recorded(PlatformKind.Linux, tree.Path, new FakeTimeProvider(now)));
}
