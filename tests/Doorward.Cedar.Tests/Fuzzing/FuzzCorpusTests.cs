using System.IO.Compression;
using Doorward.Fuzz;

namespace Doorward.Cedar.Tests.Fuzzing;

/// <summary>The inputs that led fuzzing to new code are read again: whatever they are, nothing is thrown, and what is written is read.</summary>
public sealed class FuzzCorpusTests
{
    public static TheoryData<string> Names => [.. Targets.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_input_that_fuzzing_kept_is_read_without_a_crash(string name)
    {
        using var archive = new ZipArchive(typeof(FuzzCorpusTests).Assembly.GetManifestResourceStream($"fuzz.{name}")!, ZipArchiveMode.Read);

        Assert.True(archive.Entries.Count > 50, $"{archive.Entries.Count} inputs");
        foreach (var entry in archive.Entries)
        {
            using var input = entry.Open();
            using var bytes = new MemoryStream();
            input.CopyTo(bytes);
            var crash = Record.Exception(() => Targets.All[name](bytes.ToArray()));
            Assert.True(crash is null, $"input {entry.Name}: {crash}");
        }
    }
}
