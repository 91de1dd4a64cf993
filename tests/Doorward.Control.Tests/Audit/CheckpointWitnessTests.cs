using System.Net;
using System.Net.Sockets;
using System.Text;
using Doorward.Control.Audit;
using Doorward.Control.Audit.Witness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorward.Control.Tests.Audit;

/// <summary>Checkpoints reach real sockets, servers and files outside; when those fail, appends do not notice.</summary>
public sealed class CheckpointWitnessTests : IDisposable
{
    private readonly TemporaryLog _directory = new();

    [Fact]
    public async Task The_file_holds_the_last_checkpoint_when_the_host_has_stopped()
    {
        var outside = Path.Combine(_directory.Data, "outside");
        await RunAsync(o => o.CheckpointFile = outside, async log => await log.AppendAsync(Records.Of("x")));

        Assert.Equal(await File.ReadAllBytesAsync(_directory.Folder.Checkpoint), await File.ReadAllBytesAsync(outside));
        Assert.Equal(1, Assert.IsType<AuditVerdict.Intact>(await _directory.VerifyAsync(outside)).OutsideSize);
    }

    [Fact]
    public async Task The_file_is_not_replaced_by_a_log_that_was_put_back()
    {
        var outside = Path.Combine(_directory.Data, "outside");
        await _directory.FillAsync(1);
        using var before = _directory.Copy();
        await RunAsync(o => o.CheckpointFile = outside, async log => await log.AppendAsync(Records.Of("x")));
        var kept = await File.ReadAllBytesAsync(outside);

        await RunAsync(before.Data, o => o.CheckpointFile = outside, async (log, witness) =>
        {
            await UntilAsync(() => witness.Sinks[0].Problem is not null);
            Assert.Contains("put back", witness.Sinks[0].Problem, StringComparison.Ordinal);
            await log.AppendAsync(Records.Of("appends go on"));
        });
        Assert.Equal(kept, await File.ReadAllBytesAsync(outside));
    }

    [Fact]
    public async Task Syslog_gets_one_line_that_decodes_to_a_checkpoint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await RunAsync(o => o.Syslog = new Uri($"udp://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}"), _ => Task.CompletedTask);
        await ExpectSyslogAsync(socket);
    }

    [Fact]
    public async Task Syslog_works_over_the_socket_of_the_system_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no datagram sockets of this kind here");
        var path = Path.Combine(_directory.Data, "log.sock");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        await RunAsync(o => o.Syslog = new Uri($"unix://{path}"), _ => Task.CompletedTask);
        await ExpectSyslogAsync(socket);
    }

    [Fact]
    public async Task A_webhook_that_fails_is_tried_again_until_it_takes_the_newest()
    {
        await using var receiver = await Receiver.StartAsync(failures: 1);
        await RunAsync(_directory.Data, o => o.Webhook = receiver.Address, async (log, witness) =>
        {
            await UntilAsync(() => witness.Sinks[0].Problem is not null);
            Assert.Equal("it answered 503", witness.Sinks[0].Problem);
            await log.AppendAsync(Records.Of("x"));
            await UntilAsync(() => witness.Sinks[0] is { Problem: null, DeliveredSize: not null });
        });

        Assert.Equal(await File.ReadAllTextAsync(_directory.Folder.Checkpoint), receiver.Received[^1]);
    }

    [Fact]
    public async Task Many_records_are_witnessed_before_the_interval_is_over()
    {
        var outside = Path.Combine(_directory.Data, "outside");
        await RunAsync(_directory.Data, o => (o.CheckpointFile, o.WitnessEvery) = (outside, 10), async (log, witness) =>
        {
            await UntilAsync(() => witness.Sinks[0].DeliveredSize == 0);
            await log.AppendAsync([.. Enumerable.Repeat(Records.Of("x"), 9)]);
            Assert.Equal(0, witness.Sinks[0].DeliveredSize);
            await log.AppendAsync(Records.Of("x"));
            await UntilAsync(() => witness.Sinks[0].DeliveredSize == 10);
        });
    }

    [Fact]
    public async Task A_wrong_setting_stops_the_start_with_one_line()
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => RunAsync(
            o => (o.Origin, o.Syslog) = ("two words", new Uri("http://x")), _ => Task.CompletedTask));
        Assert.Equal(2, refusal.Failures.Count());
        Assert.False(Directory.Exists(_directory.Folder.Root));
    }

    [Fact]
    public async Task A_damaged_log_stops_the_start()
    {
        await _directory.FillAsync(1);
        await File.WriteAllTextAsync(_directory.Folder.Checkpoint, "nothing");
        await Assert.ThrowsAsync<AuditUnavailableException>(() => RunAsync(_ => { }, _ => Task.CompletedTask));
    }

    public void Dispose() => _directory.Dispose();

    private static async Task ExpectSyslogAsync(Socket socket)
    {
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var message = Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, patience.Token));
        Assert.Matches("^<109>1 \\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z \\S+ doorward \\d+ audit-checkpoint - size=0 root=\\S+ note=\\S+$", message);
        var note = Encoding.UTF8.GetString(Convert.FromBase64String(message[(message.IndexOf("note=", StringComparison.Ordinal) + 5)..]));
        Assert.StartsWith("doorward.localhost/audit\n0\n", note, StringComparison.Ordinal);
    }

    private Task RunAsync(Action<AuditOptions> configure, Func<AuditLog, Task> act) =>
        RunAsync(_directory.Data, configure, (log, _) => act(log));

    private static async Task RunAsync(string data, Action<AuditOptions> configure, Func<AuditLog, CheckpointWitness, Task> act)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAudit(data, configure);
        using var host = builder.Build();
        await host.StartAsync();
        await act(host.Services.GetRequiredService<AuditLog>(), host.Services.GetRequiredService<CheckpointWitness>());
        await host.StopAsync();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 2_400 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }

        Assert.True(condition());
    }

    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        public List<string> Received { get; } = [];

        public Uri Address => new(app.Urls.Single() + "/checkpoints");

        public static async Task<Receiver> StartAsync(int failures)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var receiver = new Receiver(app);
            app.Run(async context =>
            {
                if (failures-- > 0)
                {
                    context.Response.StatusCode = 503;
                    return;
                }

                using var reader = new StreamReader(context.Request.Body);
                receiver.Received.Add(await reader.ReadToEndAsync());
            });
            await app.StartAsync();
            return receiver;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
