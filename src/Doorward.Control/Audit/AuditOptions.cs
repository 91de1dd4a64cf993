using Microsoft.Extensions.Options;

namespace Doorward.Control.Audit;

/// <summary>Settings of the audit log. A wrong one stops the start.</summary>
public sealed class AuditOptions
{
    /// <summary>Identity of the log in its checkpoints: no spaces, no plus. An existing log keeps the one it was made with.</summary>
    public string Origin { get; set; } = "doorward.localhost/audit";

    /// <summary>How often the newest checkpoint is sent outside, if it changed. One second to one day.</summary>
    public TimeSpan WitnessInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>After how many records a checkpoint is sent outside without waiting for the interval. At least 1.</summary>
    public int WitnessEvery { get; set; } = 10_000;

    /// <summary>A file outside the data directory that always holds the newest checkpoint; null for none.</summary>
    public string? CheckpointFile { get; set; }

    /// <summary><c>unix:///dev/log</c> or <c>udp://host:port</c>; null for none.</summary>
    public Uri? Syslog { get; set; }

    /// <summary>An http or https address that gets every witnessed checkpoint by POST; null for none.</summary>
    public Uri? Webhook { get; set; }

    /// <summary>How many appends may wait for the writer before further ones wait for a place. 16 to 1,000,000.</summary>
    public int QueueCapacity { get; set; } = 16_384;
}

internal sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        List<string> failures = [];
        if (string.IsNullOrEmpty(options.Origin) || options.Origin.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+'))
        {
            failures.Add("audit: origin must be a name without spaces and plus signs, such as example.com/audit");
        }

        if (options.WitnessInterval < TimeSpan.FromSeconds(1) || options.WitnessInterval > TimeSpan.FromDays(1))
        {
            failures.Add("audit: witnessInterval must be from one second to one day");
        }

        if (options.WitnessEvery < 1)
        {
            failures.Add("audit: witnessEvery must be at least 1");
        }

        if (options.QueueCapacity is < 16 or > 1_000_000)
        {
            failures.Add("audit: queueCapacity must be from 16 to 1000000");
        }

        if (options.CheckpointFile is { } file && !Path.IsPathFullyQualified(file))
        {
            failures.Add("audit: checkpointFile must be a full path");
        }

        if (options.Syslog is { } syslog && !IsSyslog(syslog))
        {
            failures.Add("audit: syslog must be unix:///path or udp://host:port");
        }

        if (options.Webhook is { } webhook && !(webhook.IsAbsoluteUri && webhook.Scheme is "http" or "https"))
        {
            failures.Add("audit: webhook must be an http or https address");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsSyslog(Uri address) => address.IsAbsoluteUri && address.Scheme switch
    {
        "unix" => address.AbsolutePath.Length > 1 && !OperatingSystem.IsWindows(),
        "udp" => address.Host.Length > 0 && address.Port > 0,
        _ => false,
    };
}
