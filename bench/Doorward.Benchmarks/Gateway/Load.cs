using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Doorward.Benchmarks.Gateway;

/// <summary>Keep-alive connections over TLS that send one request after another, and count CPU time of the process asked.</summary>
internal sealed class Load(string name, int processId, int port, string host, string cookies)
{
    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"GET /page HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/html\r\nUser-Agent: bench\r\n{(cookies.Length > 0 ? $"Cookie: {cookies}\r\n" : "")}\r\n");

    public string Name => name;

    public int ProcessId => processId;

    /// <summary>Opens connections that have answered one request each and are kept alive.</summary>
    public async Task<IReadOnlyList<SslStream>> OpenIdleAsync(int count)
    {
        var open = new List<SslStream>(count);
        var buffer = new byte[16 * 1024];
        for (var i = 0; i < count; i++)
        {
            var tls = await ConnectAsync();
            await tls.WriteAsync(_request);
            await ReadAnswerAsync(tls, buffer);
            open.Add(tls);
        }

        return open;
    }

    public async Task<Round> RunAsync(int connections, TimeSpan duration)
    {
        var before = CpuTime();
        var deadline = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var workers = Enumerable.Range(0, connections).Select(_ => Task.Run(() => WorkAsync(deadline))).ToArray();
        var latencies = (await Task.WhenAll(workers)).SelectMany(list => list).Order().ToArray();
        var cpu = CpuTime() - before;
        return new Round(
            latencies.Length,
            cpu.TotalMicroseconds / latencies.Length,
            latencies[latencies.Length / 2],
            latencies[(int)(latencies.Length * 0.99)]);
    }

    private TimeSpan CpuTime()
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }

    private async Task<List<double>> WorkAsync(long deadline)
    {
        await using var tls = await ConnectAsync();
        var buffer = new byte[16 * 1024];
        var latencies = new List<double>();
        while (Stopwatch.GetTimestamp() < deadline)
        {
            var start = Stopwatch.GetTimestamp();
            await tls.WriteAsync(_request);
            await ReadAnswerAsync(tls, buffer);
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return latencies;
    }

    private async Task<SslStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        // Both ends are ours and on loopback: the certificate is not what is measured.
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(host);
        return tls;
    }

    private async Task ReadAnswerAsync(SslStream tls, byte[] buffer)
    {
        var have = 0;
        for (; ; )
        {
            var read = await tls.ReadAsync(buffer.AsMemory(have));
            if (read == 0)
                throw new InvalidOperationException($"{name} closed the connection: {Encoding.ASCII.GetString(buffer, 0, Math.Min(have, 300))}");
            have += read;
            var head = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
            if (head < 0)
                continue;
            if (!buffer.AsSpan(0, have).StartsWith("HTTP/1.1 200"u8))
                throw new InvalidOperationException($"{name} answered: {Encoding.ASCII.GetString(buffer, 0, Math.Min(have, 300))}");
            if (have >= head + 4 + 1024)
                return;
        }
    }
}

/// <summary>What one round measured; times in microseconds.</summary>
internal sealed record Round(int Requests, double Cpu, double P50, double P99);
