namespace Doorward.Cli.Health;

/// <summary>What a check found, and what to do when it is not good.</summary>
internal sealed record Finding(bool Good, string Found, string? Fix = null)
{
    /// <summary>Worth knowing, but no fault: a server needs no browser that trusts it.</summary>
    public bool OnlyNoted { get; init; }

    /// <summary>Whether nothing that needs it can be looked at: what is not there, does not run or does not answer.</summary>
    public bool IsAbsent { get; init; }

    public string Result => Good ? "good" : OnlyNoted ? "note" : "bad";
}

/// <summary>One thing that `doctor` looks at; not worth a look while what it <paramref name="Needs"/> is bad.</summary>
internal sealed record HealthCheck(string Name, Func<DirectoryInfo, CancellationToken, Task<Finding>> RunAsync, string? Needs = null)
{
    private const string DataFolder = "data folder", Administration = "administration", Doors = "doors";

    public static readonly IReadOnlyList<HealthCheck> All =
    [
        new(DataFolder, DataFolderCheck.RunAsync),
        new("disk space", DiskSpaceCheck.RunAsync),
        new(Administration, AdministrationCheck.RunAsync, Needs: DataFolder),
        new(Doors, DoorsCheck.RunAsync, Needs: Administration),
        new("certificates", CertificateCheck.RunAsync, Needs: Doors),
        new("trust", TrustCheck.RunAsync, Needs: DataFolder),
    ];
}
