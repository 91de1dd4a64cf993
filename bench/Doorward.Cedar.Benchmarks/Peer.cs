using System.Diagnostics;
using System.Text.Json;

namespace Doorward.Cedar.Benchmarks;

/// <summary>The same workloads by npm's cedar-wasm and its pre-parsed API, in a process of its own.</summary>
internal static class Peer
{
    private const string Script = "bench.mjs";

    /// <summary>Nanoseconds of CPU a request: with no more entities than it concerns, and with all; null without node.</summary>
    public static Dictionary<string, (double Few, double All)>? Measure(IEnumerable<Workload> workloads)
    {
        if (Folder() is not { } folder) return null;
        if (!Directory.Exists(Path.Combine(folder, "node_modules")) && Run(folder, "npm", "ci", "--no-audit", "--no-fund") is null) return null;
        var files = Directory.CreateTempSubdirectory("cedar-bench-");
        try
        {
            var names = workloads.Select(workload => Write(files.FullName, workload)).ToArray();
            return Run(folder, "node", [Script, .. names]) is not { } lines ? null : lines
                .Select(line => JsonDocument.Parse(line).RootElement)
                .ToDictionary(line => line.GetProperty("name").GetString()!, line => (line.GetProperty("few").GetDouble(), line.GetProperty("all").GetDouble()));
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    private static string? Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "tests", "cedar-wasm", Script))) return Path.Combine(at.FullName, "tests", "cedar-wasm");
        return null;
    }

    private static string[]? Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            var said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? said.Split('\n', StringSplitOptions.RemoveEmptyEntries) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine($"note: cedar-wasm is not measured for want of {program}");
            return null;
        }
    }

    private static string Write(string folder, Workload workload)
    {
        var path = Path.Combine(folder, $"{workload.Name.Replace(' ', '-')}.json");
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteString("name", workload.Name);
        json.WriteString("policies", workload.PolicyText);
        json.WritePropertyName("entities");
        CedarJson.WriteEntities(json, workload.Entities.Entities);
        json.WriteStartArray("requests");
        foreach (var request in workload.Requests)
        {
            json.WriteStartObject();
            WriteUid(json, "principal", request.Principal);
            WriteUid(json, "action", request.Action);
            WriteUid(json, "resource", request.Resource);
            json.WritePropertyName("context");
            CedarJson.WriteContext(json, request.Context);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return path;
    }

    private static void WriteUid(Utf8JsonWriter json, string name, EntityUid uid)
    {
        json.WriteStartObject(name);
        json.WriteString("type", uid.Type);
        json.WriteString("id", uid.Id);
        json.WriteEndObject();
    }
}
