namespace Doorward.Cli.Health;

/// <summary>What a check found, and what to do when it is not good.</summary>
internal sealed record Finding(bool Good, string Found, string? Fix = null)
{
    /// <summary>Worth knowing, but no fault: a server needs no browser that trusts it.</summary>
    public bool OnlyNoted { get; init; }

    public string Result => Good ? "good" : OnlyNoted ? "note" : "bad";
}

/// <summary>One thing that `doctor` looks at.</summary>
internal sealed record HealthCheck(string Name, Func<DirectoryInfo, CancellationToken, Task<Finding>> RunAsync)
{
    public static readonly IReadOnlyList<HealthCheck> All =
    [
        new("data folder", DataFolderCheck.RunAsync),
        new("disk space", DiskSpaceCheck.RunAsync),
        new("administration", AdministrationCheck.RunAsync),
        new("doors", DoorsCheck.RunAsync),
        new("certificates", CertificateCheck.RunAsync),
        new("trust", TrustCheck.RunAsync),
    ];
}
