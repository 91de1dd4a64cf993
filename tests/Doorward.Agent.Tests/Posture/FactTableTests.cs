using System.Collections.Concurrent;
using System.Collections.Immutable;
using Doorward.Agent.Platform.Linux;
using Doorward.Agent.Platform.MacOS;
using Doorward.Agent.Platform.Windows;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Agent.Tests.Posture;

/// <summary>Every fact of every system in every state: a tree where all is as it should be, one where nothing is, and an empty one.</summary>
public sealed class FactTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ConcurrentDictionary<string, Lazy<ImmutableArray<PostureFact>>> Collected = new();

    private static readonly (PlatformKind Platform, string Tree, ImmutableArray<IFactReader> Readers)[] Platforms =
    [
        (PlatformKind.Linux, "linux", LinuxFacts.Readers()),
        (PlatformKind.Windows, "windows", WindowsFacts.Readers()),
        (PlatformKind.MacOS, "macos", MacFacts.Readers()),
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_fact_is_what_its_tree_makes_it(string system, string tree, string fact, string state)
    {
        var found = Collect(system, tree).Single(entry => entry.Name == fact);

        Assert.True(found.State.Name() == state, $"{fact} on {system}: {found.State.Name()}, not {state}: {found.Evidence} ({found.Source})");
        Assert.NotEmpty(found.Evidence);
    }

    [Fact]
    public void Every_system_reads_its_share_of_the_vocabulary_and_nothing_else()
    {
        Assert.Equal(FactNames.All.Select(static fact => fact.Name), LinuxFacts.Readers().Select(static reader => reader.Fact));
        foreach (var (_, _, readers) in Platforms)
        {
            Assert.Equal(readers.Length, readers.Select(static reader => reader.Fact).Distinct().Count());
            Assert.All(readers, static reader => Assert.NotNull(FactNames.Find(reader.Fact)));
        }
    }

    public static TheoryData<string, string, string, string> Rows()
    {
        var rows = new TheoryData<string, string, string, string>();
        foreach (var (_, system, readers) in Platforms)
        {
            foreach (var tree in (string[])["pass", "fail", "unknown"])
            {
                foreach (var fact in FactNames.All) rows.Add(system, tree, fact.Name, readers.Any(reader => reader.Fact == fact.Name) ? tree : "unknown");
            }
        }

        return rows;
    }

    private static ImmutableArray<PostureFact> Collect(string system, string tree) =>
        Collected.GetOrAdd($"{system}-{tree}", name => new Lazy<ImmutableArray<PostureFact>>(() =>
        {
            using var files = tree == "unknown" ? new FixtureTree("", Now) : FixtureTree.Of(name, Now);
            var platform = Platforms.Single(entry => entry.Tree == system).Platform;
            return new PostureCollector(Machine.Recorded(platform, files.Path, new FakeTimeProvider(Now))).Collect();
        })).Value;
}
