using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Doorward.Control;
using Doorward.Control.Audit;
using Doorward.Core.Settings;

namespace Doorward.Cli.Hosting;

/// <summary>The configuration file of a control plane on its own. Paths are relative to the file. Names nobody knows are mistakes.</summary>
internal sealed record ControlPlaneFile
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Directory of the installation; made when missing.</summary>
    public required string Data { get; init; }

    /// <summary>The domain below which all doors are.</summary>
    public required string Domain { get; init; }

    /// <summary>The port that people type, which is the gateways'.</summary>
    public required int PublicPort { get; init; }

    /// <summary><c>ADDRESS:PORT</c> where gateways reach the control plane.</summary>
    public required string Listen { get; init; }

    /// <summary>Where checkpoints of the audit log are kept outside of it; nowhere when missing.</summary>
    public WitnessFile? Witness { get; init; }

    public static ControlOptions Read(FileInfo file)
    {
        if (!file.Exists) throw new CommandFailure("there is no such file", "check --config", file.FullName);
        var settings = SettingsJson.Read(File.ReadAllBytes(file.FullName), (JsonTypeInfo<ControlPlaneFile>)Strict.GetTypeInfo(typeof(ControlPlaneFile)), out var fault);
        return settings is null ? throw new CommandFailure(fault!.What, fault.Fix, $"{file.FullName}:{fault.Line}") : settings.ToOptions(file);
    }

    private ControlOptions ToOptions(FileInfo file)
    {
        var options = new ControlOptions
        {
            DataDirectory = Data.Length == 0 ? "" : Path.GetFullPath(Data, file.DirectoryName!),
            Domain = Domain,
            PublicPort = PublicPort,
            Listen = IPEndPoint.TryParse(Listen, out var listen) && listen.Port != 0
                ? listen
                : throw new CommandFailure($"listen: '{Listen}' is not ADDRESS:PORT", "write it as 127.0.0.1:8444", file.FullName),
            ConfigureAudit = audit => Witness?.Configure(audit, file.DirectoryName!),
        };
        return options.Problem() is { } problem ? throw new CommandFailure(problem, where: file.FullName) : options;
    }
}

/// <summary>Who is told the newest checkpoint of the audit log, and how often.</summary>
internal sealed record WitnessFile
{
    /// <summary>A file that always holds the newest checkpoint: on another disk, or mounted from elsewhere.</summary>
    public string? File { get; init; }

    /// <summary><c>unix:///dev/log</c> or <c>udp://HOST:PORT</c>.</summary>
    public Uri? Syslog { get; init; }

    /// <summary>An http or https address that gets each by POST.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>How often, when there is news.</summary>
    public int Seconds { get; init; } = 60;

    public void Configure(AuditOptions audit, string folder)
    {
        audit.CheckpointFile = File is null ? null : Path.GetFullPath(File, folder);
        audit.Syslog = Syslog;
        audit.Webhook = Webhook;
        audit.WitnessInterval = TimeSpan.FromSeconds(Seconds);
    }
}
