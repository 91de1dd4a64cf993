using System.Globalization;
using Doorward.EndToEnd.Tests.Namespaces;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>A real PostgreSQL on a machine of its own, that believes everybody who reaches it.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    public const int Port = 5432;
    private readonly NetworkNamespace _machine;
    private readonly string _folder = Directory.CreateTempSubdirectory("doorward-postgres-").FullName;
    private ChildProcess? _process;

    private PostgresServer(NetworkNamespace machine) => _machine = machine;

    /// <summary>Where its programs are; null when it is not installed. Debian has a folder for each version, and none of them on the path.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(static version => Path.Combine(version, "bin")).FirstOrDefault(static bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "psql")))
        : null;

    public static string Psql => Path.Combine(Programs!, "psql");

    public static async Task<PostgresServer> StartAsync(NetworkNamespace machine, string address)
    {
        var server = new PostgresServer(machine);
        var data = Path.Combine(server._folder, "data");

        // It refuses to be root's.
        NetworkNamespace.Run(["chown", "postgres", server._folder]);
        await Task.Run(() => NetworkNamespace.Run([.. AsItself, Path.Combine(Programs!, "initdb"), "--no-sync", "--auth=trust", "--username=root", "--encoding=UTF8", "--locale=C", "--pgdata", data]));
        await File.AppendAllTextAsync(Path.Combine(data, "pg_hba.conf"), "host all all 10.78.0.0/24 trust\n");
        string[] command = [.. machine.Command, .. AsItself, Path.Combine(Programs!, "postgres"), "-D", data, "-h", $"{address},127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-k", "", "-F"];
        server._process = ChildProcess.Start(command[0], command[1..]);
        await server._process.SaysAsync("ready to accept connections");
        return server;
    }

    private static string[] AsItself => ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"];

    /// <summary>A statement, asked on its own machine.</summary>
    public string Query(string statement) => _machine.Exec([Psql, "-h", "127.0.0.1", "-U", "root", "-d", "postgres", "-X", "-A", "-t", "-c", statement]).Trim();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // At once, with all of its children.
            NetworkNamespace.Run(["sh", "-c", $"kill -QUIT {_process.Id}"]);
            await _process.ExitAsync();
            await _process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
