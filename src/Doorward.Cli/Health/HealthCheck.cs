namespace Doorward.Cli.Health;

/// <summary>What a check found, and what to do when it is not good.</summary>
internal sealed record Finding(bool Good, string Found, string? Fix = null);

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
