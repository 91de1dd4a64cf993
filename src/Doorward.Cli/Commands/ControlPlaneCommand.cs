using System.CommandLine;
using System.Net;
using System.Text.Json;
using Doorward.Cli.Hosting;
using Doorward.Control;
using Doorward.Control.Storage;

namespace Doorward.Cli.Commands;

/// <summary>`control-plane`: the control plane by itself; gateways elsewhere join it.</summary>
internal static class ControlPlaneCommand
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private static readonly Option<FileInfo> Config = new("--config") { Description = "JSON file with data, domain, publicPort and listen", HelpName = "FILE", Required = true };

    public static Command Create() => new Command("control-plane", "Run the control plane by itself") { Config }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var file = invocation.Value(Config)!;
        var settings = Read(file);
        var data = Path.GetFullPath(settings.Data, file.DirectoryName!);
        var options = new ControlOptions
        {
            DataDirectory = data,
            Domain = settings.Domain,
            PublicPort = settings.PublicPort,
            Listen = IPEndPoint.TryParse(settings.Listen, out var listen)
                ? listen
                : throw new CommandFailure($"listen: '{settings.Listen}' is not ADDRESS:PORT", "write it as 127.0.0.1:8444", file.FullName),
        };
        try
        {
            await using var control = await ControlPlane.BuildAsync(
                ControlPlaneParts.Add(options, logging => FileLog.Add(logging, Path.Combine(data, "logs"))), cancel);
            await control.StartAsync(cancel);
            invocation.Out.WriteLine($"data   {data}");
            invocation.Out.WriteLine($"ready  {ControlPlane.InternalAddress(control.Services)}");
            await control.WaitForShutdownAsync(cancel);
        }
        catch (InstallationException refused)
        {
            throw new CommandFailure(refused.Message, cause: refused);
        }
        catch (ArgumentException wrong)
        {
            throw new CommandFailure(wrong.Message, where: file.FullName, cause: wrong);
        }
    }

    private static Settings Read(FileInfo file)
    {
        try
        {
            return JsonSerializer.Deserialize<Settings>(File.ReadAllBytes(file.FullName), Strict)
                ?? throw new CommandFailure("the file holds no settings", where: file.FullName);
        }
        catch (JsonException error)
        {
            throw new CommandFailure(error.Message, "correct the file", $"{file.FullName}:{error.LineNumber + 1}", error);
        }
    }

    private sealed record Settings
    {
        public required string Data { get; init; }
        public required string Domain { get; init; }
        public required int PublicPort { get; init; }
        public required string Listen { get; init; }
    }
}
