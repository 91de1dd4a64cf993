using System.Collections.Immutable;
using Doorward.Agent.Platform.Linux;
using Doorward.Agent.Platform.MacOS;
using Doorward.Agent.Platform.Windows;
using Doorward.Core.Applications;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Posture;

/// <summary>All facts of a machine, in the order of <see cref="FactNames.All"/>. Whatever a platform has no reader for is unknown.</summary>
internal sealed class PostureCollector(Machine machine)
{
    private readonly ImmutableArray<IFactReader> _readers = machine.Platform switch
    {
        PlatformKind.Windows => WindowsFacts.Readers(),
        PlatformKind.MacOS => MacFacts.Readers(),
        _ => LinuxFacts.Readers(),
    };

    public ImmutableArray<PostureFact> Collect()
    {
        // Some ask programs: together they take as long as the slowest.
        var read = _readers.AsParallel().WithDegreeOfParallelism(Math.Clamp(Environment.ProcessorCount * 2, 2, 8))
            .WithExecutionMode(ParallelExecutionMode.ForceParallelism).Select(Read).ToDictionary(static fact => fact.Name);
        return [.. FactNames.All.Select(definition => read.GetValueOrDefault(definition.Name)
            ?? new PostureFact(definition.Name, FactState.Unknown, $"not read on {machine.Platform}", ""))];
    }

    private PostureFact Read(IFactReader reader)
    {
        FactReading reading;
        try
        {
            reading = reader.Read(machine);
        }
#pragma warning disable CA1031 // whatever one reader stumbles over, the others are heard, and its own fact is unknown
        catch (Exception error)
#pragma warning restore CA1031
        {
            reading = FactReading.Unknown($"could not be read: {error.Message}", "");
        }

        return new PostureFact(reader.Fact, reading.State, Plain(reading.Evidence), Plain(reading.Source), reading.Read);
    }

    // Evidence quotes files of the machine: a line of text, and no more than that.
    private static string Plain(string text) =>
        string.Concat(text.Take(ReportFormat.LongestText).Select(static letter => Shown.IsHidden(letter) ? ' ' : letter)).Trim();
}
