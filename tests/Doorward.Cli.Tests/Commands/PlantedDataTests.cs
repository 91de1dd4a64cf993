using System.Diagnostics;
using Doorward.Testing.Product;

namespace Doorward.Cli.Tests.Commands;

/// <summary>Commands run in a folder of somebody else's making, as after a clone: what lies there is nobody's installation.</summary>
public sealed class PlantedDataTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dw-clone-");
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("dw-home-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_socket_in_the_folder_where_one_stands_is_told_no_password()
    {
        await using var peer = await PlantAsync();

        var said = await RunAsync("user", "add", "alice", "--password-stdin");

        Assert.Equal((1, $"doorward: {_home.FullName}/.doorward/control.sock: "), (said.Code, said.Error[..said.Error.IndexOf("nothing is running", StringComparison.Ordinal)]));
        Assert.Empty(peer.Asked);
    }

    [Fact]
    public async Task It_is_asked_when_it_is_named()
    {
        await using var peer = await PlantAsync();

        await RunAsync("user", "add", "alice", "--password-stdin", "--data", ".doorward");

        Assert.NotEmpty(peer.Asked);
    }

    [Fact]
    public async Task What_it_records_does_not_say_whom_to_dial_nor_whom_to_believe_for_a_named_server()
    {
        await using var peer = await PlantAsync();
        await File.WriteAllTextAsync(Path.Combine(peer.Data.FullName, "server.json"), """{"address":"127.0.0.1","port":9,"domain":"doorward.invalid"}""", Cancel);
        await File.WriteAllTextAsync(Path.Combine(peer.Data.FullName, "ca.pem"), "of somebody else", Cancel);

        var said = await RunAsync("status", "--server", "https://console.doorward.invalid:9");

        // The name is looked up, which fails; 127.0.0.1 is not dialled, and that CA is not read.
        Assert.DoesNotContain("ca.pem", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("refused", said.Error, StringComparison.Ordinal);
        Assert.Equal(1, said.Code);
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _home.Delete(recursive: true);
    }

    private async Task<AdministrationPeer> PlantAsync()
    {
        var peer = await AdministrationPeer.StartAsync();
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, ".doorward"), peer.Data.FullName);
        return peer;
    }

    // A process of its own: the folder where one stands is a whole process's.
    private async Task<Said> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable.Path, arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "DOORWARD_HOME", "DOORWARD_SERVER", "XDG_CONFIG_HOME" })
        {
            start.Environment.Remove(name);
        }

        (start.Environment["HOME"], start.Environment["DOORWARD_TOKEN"]) = (_home.FullName, "dwt_of_a_test");
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync("correct horse battery staple");
        process.StandardInput.Close();
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        return new Said(process.ExitCode, said[0], said[1]);
    }
}
