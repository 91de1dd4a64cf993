using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Testing.Product;

namespace Doorward.Benchmarks.Gateway;

/// <summary>
/// CPU time per request of the whole product's gateway beside its two peers (design section 11): same run, interleaved rounds, warm,
/// 1 KB over TLS. The process measured for Doorward holds the control plane too, which is idle.
/// </summary>
internal static class GatewayBenchmark
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = Option(arguments, "--seconds", 4);
        var rounds = Option(arguments, "--rounds", 7);
        var connections = Option(arguments, "--connections", 16);
        var certificate = NewCertificate();
        try
        {
            using var upstream = await PeerProcess.StartAsync("serve-upstream");
            using var yarp = await PeerProcess.StartAsync("serve-yarp", upstream.Address.ToString(), certificate);
            using var cookie = await PeerProcess.StartAsync("serve-yarp-cookie", upstream.Address.ToString(), certificate);
            await using var product = await ProductProcess.StartAsync("--session-rate", "0");
            Load[] loads =
            [
                new("yarp", yarp.Id, yarp.Address.Port, "localhost", ""),
                new("yarp-cookie", cookie.Id, cookie.Address.Port, "localhost", await SignInToPeerAsync(cookie.Address)),
                await DoorwardAsync(product, upstream.Address),
            ];
            // One alone is for a profiler to look at; its ratio says nothing.
            if (Array.IndexOf(arguments, "--only") is >= 0 and var only)
                loads = [.. loads.Where(load => load.Name == arguments.ElementAtOrDefault(only + 1))];
            await MeasureAsync(loads, rounds, connections, TimeSpan.FromSeconds(seconds));
            return 0;
        }
        finally
        {
            File.Delete(certificate);
        }
    }

    private static async Task MeasureAsync(Load[] loads, int rounds, int connections, TimeSpan duration)
    {
        var results = loads.ToDictionary(load => load.Name, _ => new List<Round>());
        foreach (var load in loads) // tiered compilation settles before anything counts
            await load.RunAsync(connections, duration * 4);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var load in loads)
                results[load.Name].Add(await load.RunAsync(connections, duration));
        }

        var plain = Median(results[loads[0].Name], round => round.Cpu);
        Console.WriteLine("peer           CPU us/request   ratio   p50 us   p99 us   requests/s");
        foreach (var (name, list) in results)
        {
            var cpu = Median(list, round => round.Cpu);
            Console.WriteLine($"{name,-14} {cpu,14:F1} {cpu / plain,7:F2} {Median(list, round => round.P50),8:F0} {Median(list, round => round.P99),8:F0} {Median(list, round => round.Requests) / duration.TotalSeconds,12:F0}");
        }
    }

    internal static async Task<Load> DoorwardAsync(ProductProcess product, Uri upstream)
    {
        await product.AddUserAsync("alice");
        await product.ApplyAsync($"""
            kind: Group
            name: engineering
            members: [alice]
            ---
            kind: Application
            name: bench
            hosts: [bench.{ProductProcess.Domain}]
            upstream: {upstream.GetLeftPart(UriPartial.Authority)}
            ---
            kind: Policy
            name: bench
            cedar: |
              permit (principal in Group::"engineering", action in Action::"access", resource == Application::"bench")
              when {"{"} context.session.assurance >= 2 {"}"};
            """);
        using var visitor = product.NewVisitor();
        using var response = await visitor.SignInAsync(product.Url("bench"), "alice");
        response.EnsureSuccessStatusCode();
        var host = $"bench.{ProductProcess.Domain}";
        return new Load("doorward", product.Id, product.Port, host, visitor.CookieHeader(host));
    }

    private static async Task<string> SignInToPeerAsync(Uri address)
    {
        using var handler = new SocketsHttpHandler { UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true; // our own self-signed peer on loopback
        using var http = new HttpClient(handler);
        using var response = await http.GetAsync(new Uri(address, "/sign-in"));
        return response.Headers.GetValues("Set-Cookie").First().Split(';')[0];
    }

    internal static string NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12));
        return path;
    }

    private static double Median(List<Round> rounds, Func<Round, double> figure) => rounds.Select(figure).Order().ElementAt(rounds.Count / 2);

    internal static int Option(string[] arguments, string name, int otherwise) =>
        Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length && int.TryParse(arguments[at + 1], out var value) ? value : otherwise;
}
