using Doorward.Control.Audit;
using Doorward.Control.Audit.Tiles;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Doorward.Control.Tests.Audit;

/// <summary>A data directory that is gone after the test, and logs opened in it. Kept in memory where the system offers that.</summary>
internal sealed class TemporaryLog : IDisposable
{
    public TemporaryLog()
        : this(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"doorward-audit-{Unique()}")) =>
        Directory.CreateDirectory(Data);

    private TemporaryLog(string data) => Data = data;

    public static TemporaryLog OnDisk() => new(Directory.CreateTempSubdirectory("doorward-audit-").FullName);

    public string Data { get; }

    public LogFolder Folder => new(Path.Combine(Data, "audit"));

    public string KeyFile => Path.Combine(Data, "keys", "audit.key");

    public AuditLog Create(TimeProvider? time = null, AuditOptions? options = null) =>
        new(Data, Options.Create(options ?? new AuditOptions()), time ?? TimeProvider.System, NullLogger<AuditLog>.Instance);

    public AuditLog Open(TimeProvider? time = null, AuditOptions? options = null)
    {
        var log = Create(time, options);
        log.Open();
        return log;
    }

    /// <summary>Opens the log, appends records one batch at a time, and closes it.</summary>
    public async Task FillAsync(params int[] batches)
    {
        await using var log = Open();
        var number = log.Size;
        foreach (var size in batches)
        {
            await log.AppendAsync([.. Enumerable.Range(0, size).Select(_ => Records.Of($"record-{number++}"))]);
        }
    }

    public TemporaryLog Copy()
    {
        var copy = new TemporaryLog();
        foreach (var folder in Directory.EnumerateDirectories(Data, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(folder.Replace(Data, copy.Data, StringComparison.Ordinal));
        }

        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, file.Replace(Data, copy.Data, StringComparison.Ordinal));
        }

        return copy;
    }

    public Task<AuditVerdict> VerifyAsync(string? outside = null) => AuditVerifier.VerifyAsync(Data, outsideCheckpoint: outside);

    public async Task<AuditVerdict.Intact> VerifyIntactAsync() => Assert.IsType<AuditVerdict.Intact>(await VerifyAsync());

    /// <summary>All entries of a closed log.</summary>
    public List<string> Entries()
    {
        List<string> all = [];
        for (long index = 0; ; index++)
        {
            var width = Folder.Widths(TileId.Entries(index, 256)).FirstOrDefault(256);
            if (Folder.Read(TileId.Entries(index, File.Exists(Folder.PathOf(TileId.Entries(index, 256))) ? 256 : width)) is not { } bytes)
            {
                return all;
            }

            all.AddRange(EntryBundle.Split(bytes).Entries.Select(e => System.Text.Encoding.UTF8.GetString(e.Span)));
        }
    }

    private static string Unique() => Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6));

    public void Dispose()
    {
        if (Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }
    }
}

internal static class Records
{
    public static AuditRecord Of(string target) => new()
    {
        Kind = AuditKind.Administration,
        Actor = "administrator-1",
        Action = "policy.publish",
        Target = target,
        Outcome = "done",
    };

    public static AuditRecord SignIn(string name, string address) => new()
    {
        Kind = AuditKind.SignIn,
        Actor = AuditValue.Personal(name),
        Action = "sign-in",
        Outcome = "done",
        Details = new Dictionary<string, AuditValue> { ["ip"] = AuditValue.Personal(address), ["factors"] = AuditValue.List(["password", "totp"]) },
    };
}
