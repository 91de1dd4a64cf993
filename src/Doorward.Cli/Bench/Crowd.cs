using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Doorward.Cli.Bench;

/// <summary>
/// The sessions that are there besides: tokens of a hundred accounts, each used once at the other door, so that the gateway holds the
/// session, and a grant on it, throughout.
/// </summary>
internal sealed class Crowd : IDisposable
{
    private const int Accounts = 100;
    private const int Attempts = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly HttpMessageInvoker client;

    private Crowd(HttpMessageInvoker client) => this.client = client;

    public static IEnumerable<string> Names { get; } = [.. Enumerable.Range(0, Accounts).Select(index => $"crowd-{index}")];

    public static async Task<Crowd> GatherAsync(BenchInstallation installation, int sessions, CancellationToken cancel)
    {
        var crowd = new Crowd(new HttpMessageInvoker(installation.NewDialer().NewHandler()));
        var several = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancel };
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, Math.Max(0, sessions)), several, async (index, stop) =>
            {
                var made = await installation.Administration.PostAsync(
                    "tokens", new JsonObject { ["user"] = $"crowd-{index % Accounts}", ["applications"] = new JsonArray(BenchResources.Other), ["days"] = 1 }, stop);
                await crowd.UseAsync(installation.Door(BenchResources.Other), made["token"]!.GetValue<string>(), stop);
            });
            return crowd;
        }
        catch
        {
            crowd.Dispose();
            throw;
        }
    }

    public void Dispose() => client.Dispose();

    // A machine that is short of breath answers 503 for a moment, and means "again".
    private async Task UseAsync(Uri door, string token, CancellationToken cancel)
    {
        for (var left = Attempts; ; left--)
        {
            var status = await AskAsync(door, token, cancel);
            if (status == HttpStatusCode.OK)
                return;
            if (status != HttpStatusCode.ServiceUnavailable || left == 0)
                throw new CommandFailure($"the door answered {(int)status} to a token", where: door.Host);
            await Task.Delay(Pause, TimeProvider.System, cancel);
        }
    }

    private async Task<HttpStatusCode> AskAsync(Uri door, string token, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, door) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, cancel);
        return response.StatusCode;
    }
}
