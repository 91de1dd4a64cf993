using Doorward.Control.Changes;
using Doorward.Control.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Storage;

/// <summary>An installation opened by this process: its directory held, its keys read, its record at the current schema.</summary>
public sealed class Installation : IDisposable
{
    private readonly StorageRuntime _runtime;

    private Installation(DataDirectory data, SecretSealer sealer, StorageRuntime runtime)
    {
        Data = data;
        Sealer = sealer;
        _runtime = runtime;
    }

    public DataDirectory Data { get; }
    public SecretSealer Sealer { get; }

    /// <exception cref="InstallationException">It cannot be used; the message says why and what to do.</exception>
    public static Installation Open(string path, TimeProvider time)
    {
        var data = DataDirectory.Open(path);
        SecretSealer? sealer = null;
        try
        {
            Restore.RefuseInterrupted(data);
            Backup.RemoveUnfinished(data);
            sealer = SecretSealer.Open(data);
            var runtime = new StorageRuntime(time, new ChangeSignal());
            SqliteStorage.Open(data, runtime);
            return new Installation(data, sealer, runtime);
        }
        catch (Exception problem)
        {
            sealer?.Dispose();
            data.Dispose();
            throw problem is IOException or UnauthorizedAccessException ? StorageFaults.OfFile(problem, path) : problem;
        }
    }

    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(Data);
        services.AddSingleton(Sealer);
        services.AddSingleton(_runtime);
        services.AddSingleton(_runtime.Signal);
        services.AddSingleton(_runtime.Time);
        services.AddSqliteStorage(Data);
        services.AddProtectionKeys();
        services.AddSingleton<ChangeLog>();
        services.AddSingleton<CookieKeyRing>();
        services.AddSingleton<Backup>();
    }

    public void Dispose()
    {
        // The pool keeps files open that a restore or a second start must find closed.
        SqliteConnection.ClearAllPools();
        _runtime.Dispose();
        Sealer.Dispose();
        Data.Dispose();
    }
}
