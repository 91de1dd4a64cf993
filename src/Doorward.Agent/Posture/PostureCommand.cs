using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Posture;

/// <summary>Prints all facts: of this machine, or of a tree that stands for one.</summary>
internal sealed record PostureCommand(string? Root, PlatformKind System, bool IsJson)
{
    /// <summary>Null when the arguments are not understood.</summary>
    public static PostureCommand? Parse(ReadOnlySpan<string> args)
    {
        var command = new PostureCommand(null, PlatformKind.Linux, IsJson: false);
        for (; !args.IsEmpty; args = args[2..])
        {
            command = args switch
            {
                ["--root", var root, ..] => command with { Root = root },
                ["--system", "linux", ..] => command with { System = PlatformKind.Linux },
                ["--system", "windows", ..] => command with { System = PlatformKind.Windows },
                ["--system", "macos", ..] => command with { System = PlatformKind.MacOS },
                ["-o", "json", ..] => command with { IsJson = true },
                ["-o", "table", ..] => command with { IsJson = false },
                _ => null,
            };
            if (command is null) return null;
        }

        return command;
    }

    public int Run(TextWriter output, TextWriter errors, TimeProvider time)
    {
        if (Root is not null && !Directory.Exists(Root))
        {
            errors.WriteLine($"doorward-agent: {Root} is not a directory");
            return 1;
        }

        var facts = new PostureCollector(Root is null ? Machine.This(time) : Machine.Recorded(System, Root, time)).Collect();
        output.WriteLine(IsJson ? Json(facts) : Table(facts));
        return 0;
    }

    private static string Table(ImmutableArray<PostureFact> facts) =>
        string.Join('\n', facts.Select(static fact => $"{fact.State.Name(),-8} {fact.Name,-23} {fact.Evidence}{(fact.Source.Length > 0 ? $"  ({fact.Source})" : "")}"));

    private static string Json(ImmutableArray<PostureFact> facts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartArray();
            foreach (var fact in facts)
            {
                writer.WriteStartObject();
                writer.WriteString("name", fact.Name);
                writer.WriteString("state", fact.State.Name());
                writer.WriteString("evidence", fact.Evidence);
                writer.WriteString("source", fact.Source);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
