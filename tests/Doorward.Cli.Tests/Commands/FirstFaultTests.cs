using System.Net;
using System.Net.Sockets;
using Doorward.Testing;

namespace Doorward.Cli.Tests.Commands;

/// <summary>What stops a start, or a file from being used, is said first, in plain words, and once.</summary>
public sealed class FirstFaultTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dw-fault-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_second_up_on_the_same_data_says_so_although_its_port_is_taken_too()
    {
        await using var peer = await AdministrationPeer.StartAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var said = await peer.RunAsync("up", "--listen", taken.LocalEndpoint.ToString()!);

        Assert.Equal(new Said(1, "", $"doorward: {peer.Data.FullName}: Doorward already runs on this data; stop that one first, or choose another folder with --data\n"), said);
    }

    [Fact]
    public async Task A_start_that_is_refused_does_not_say_where_its_doors_are()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "doorward.db"), "this is no database, and it is long enough to be taken for one", TestContext.Current.CancellationToken);

        var said = await Said.ByAsync("up", "--listen", $"127.0.0.1:{FreePort.Choose()}", "--data", _folder.FullName);

        Assert.Equal((1, ""), (said.Code, said.Out));
        Assert.StartsWith("doorward: The key ", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"dat\": \"x\" }", "2: there is no setting dat; did you mean data?")]
    [InlineData("{ \"data\": \"x\" }", "1: domain, publicPort, listen are missing; add what is missing")]
    [InlineData("{ \"data\": \"x\", \"domain\": \"a.test\", \"publicPort\": \"many\", \"listen\": \"127.0.0.1:1\" }", "1: publicPort is not a whole number")]
    public async Task A_configuration_is_corrected_in_its_own_words(string json, string expected)
    {
        var file = FileOf("control.json", json);

        var said = await Said.ByAsync("control-plane", "--config", file);

        Assert.Equal(1, said.Code);
        Assert.StartsWith($"doorward: {file}:{expected}", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_backup_is_called_that_and_nothing_is_left_behind()
    {
        var file = FileOf("letter.txt", new string('x', 4_000));
        var data = Path.Combine(_folder.FullName, "data");

        var said = await Said.ByAsync("restore", file, "--data", data);

        Assert.Equal(1, said.Code);
        Assert.StartsWith($"doorward: The backup {file} cannot be used: it is not a file that `doorward backup` wrote", said.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(data, "doorward.db")));
    }

    [Fact]
    public async Task Doctor_says_once_that_nothing_is_there()
    {
        var nowhere = Path.Combine(_folder.FullName, "nowhere");

        var said = await Said.ByAsync("doctor", "--data", nowhere);

        Assert.Equal(1, said.Code);
        Assert.Single(said.Out.Split('\n'), line => line.Contains("bad", StringComparison.Ordinal));
        Assert.Contains($"{nowhere} does not exist", said.Out, StringComparison.Ordinal);
        Assert.Equal(4, said.Out.Split('\n').Count(line => line.Contains("not looked at", StringComparison.Ordinal)));
    }

    private string FileOf(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
