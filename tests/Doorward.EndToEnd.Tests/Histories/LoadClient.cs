using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CsCheck;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>One person's client: asks again and again, holds a stream open, and gets a new session when the old one has ended.</summary>
internal sealed class LoadClient(ApartProduct product, Recording recording, string user, PCG random) : IDisposable
{
    private readonly HttpClient _http = new(Visitor.NewHandler(product.Port, product.CaFile)) { Timeout = TimeSpan.FromSeconds(20) };
    private AuthenticationHeaderValue? _credential;

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(LoopAsync(AskAsync, stop), LoopAsync(StreamAsync, stop));

    public void Dispose() => _http.Dispose();

    private async Task LoopAsync(Func<CancellationToken, Task> act, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await SignInAsync();
                await act(stop);
                await Task.Delay(TimeSpan.FromMilliseconds(Next(30, 150)), TimeProvider.System, stop);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or ApiRefusedException)
            {
                // Killed, cut, or not let in now: what else a client can do is to try again.
                recording.Answered(0);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private async Task SignInAsync()
    {
        if (_credential is not null)
            return;
        var made = await product.Api.PostAsync("tokens", new JsonObject { ["user"] = user, ["applications"] = new JsonArray(Load.Plain, Load.Strict), ["days"] = 1 });
        _credential = new AuthenticationHeaderValue("Bearer", (string)made!["token"]!);
    }

    private async Task AskAsync(CancellationToken stop)
    {
        var application = Choose();
        var began = recording.Now;
        using var response = await SendAsync(application, "/", stop);
        var session = await response.Content.ReadAsStringAsync(stop);
        if (response.StatusCode == HttpStatusCode.OK)
            recording.Served(new Access(user, session, application), began);
    }

    private async Task StreamAsync(CancellationToken stop)
    {
        var application = Choose();
        var began = recording.Now;
        using var response = await SendAsync(application, "/stream", stop);
        if (response.StatusCode != HttpStatusCode.OK)
            return;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(stop));
        if (await lines.ReadLineAsync(stop) is not { } session)
            return;
        var access = new Access(user, session, application);
        recording.Served(access, began);
        while (await lines.ReadLineAsync(stop) is { } written)
            recording.Delivered(access, TimeSpan.FromTicks(long.Parse(written, CultureInfo.InvariantCulture)));
    }

    private async Task<HttpResponseMessage> SendAsync(string application, string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, product.Url(application, path));
        var credential = _credential;
        request.Headers.Authorization = credential;
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        recording.Answered((int)response.StatusCode);
        if (response.StatusCode == HttpStatusCode.Unauthorized && ReferenceEquals(credential, _credential))
            _credential = null;
        return response;
    }

    private string Choose() => Next(0, 2) == 0 ? Load.Plain : Load.Strict;

    private int Next(int least, int below)
    {
        lock (random)
            return least + (int)random.Next((uint)(below - least));
    }
}
